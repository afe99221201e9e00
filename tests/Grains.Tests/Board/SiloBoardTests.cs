using Conversation.Grains.Board;
using Orleans.Runtime;

namespace Conversation.Grains.Tests.Board;

public class SiloBoardTests
{
    [Fact]
    public async Task EverySiloLearnsWhatTheOthersHaveAndThatItChanged()
    {
        await using var cluster = await BoardCluster.StartAsync(3);
        var draining = false;
        cluster.Get<SiloBoard>(1).Describe(card => card with { MaxSessions = 40, Sessions = 7, Draining = draining, Http = "http://one" });
        foreach (var silo in new[] { 0, 2 })
        {
            var cards = cluster.Get<Cards>(silo);
            await Eventually.True(() => cards.Others.Any(card => card is { MaxSessions: 40, Sessions: 7, Draining: false, Http: "http://one" }), "the card of silo 1");
            Assert.Equal(cluster.Address(silo), cards.All[0].Silo);
        }

        draining = true;
        Assert.True(cluster.Get<Cards>(1).Own.Draining);
        Assert.Equal(0, cluster.Get<Cards>(1).Own.Room);
        cluster.Get<SiloBoard>(1).Changed();
        await Eventually.True(() => cluster.Get<Cards>(0).Others.Any(card => card.Draining), "that silo 1 drains");
    }

    [Fact]
    public async Task AChangeIsToldAtOnce()
    {
        await using var cluster = await BoardCluster.StartAsync(2, board: new BoardOptions { PostEvery = TimeSpan.FromMilliseconds(900), KeepFor = TimeSpan.FromSeconds(30) });
        var board = cluster.Get<SiloBoard>(1);
        var before = board.Own.Version;
        for (var i = 0; i < 20; i++)
        {
            board.Changed();
            await Eventually.True(() => board.Own.Version > before, "a posting");
            before = board.Own.Version;
        }

        Assert.True(before >= 20);
    }

    [Fact]
    public async Task TheCardsOfAKilledSiloGoAndTheBoardComesBackElsewhere()
    {
        await using var cluster = await BoardCluster.StartAsync(3);
        var board = await cluster.Get<IGrainFactory>(0).GetGrain<IManagementGrain>(0).GetActivationAddress(cluster.Get<IGrainFactory>(0).GetGrain<IBoardGrain>(0));
        var dead = Enumerable.Range(0, 3).First(i => cluster.Address(i).Equals(board));
        var left = Enumerable.Range(0, 3).Where(i => i != dead).ToArray();
        await cluster.KillAsync(dead);
        foreach (var silo in left)
        {
            var cards = cluster.Get<Cards>(silo);
            await Eventually.True(() => cards.All.Count == 2, $"silo {silo} knows that {dead} is gone");
            var other = cards.Others.Single();
            await Eventually.True(() => cards.Others.SingleOrDefault() is { } now && now.Version > other.Version + 2, "the board answers again");
        }
    }

    [Fact]
    public async Task ASiloThatLeavesIsForgottenBeforeItsCardIsOld()
    {
        await using var cluster = await BoardCluster.StartAsync(2, board: new BoardOptions { PostEvery = TimeSpan.FromMilliseconds(100), KeepFor = TimeSpan.FromMinutes(5) });
        await cluster.StopAsync(1);
        var cards = cluster.Get<Cards>(0);
        await Eventually.True(() => cards.All.Count == 1, "silo 1 is gone");
        Assert.True(cards.IsGone(cluster.Silos[1].SiloAddress));
    }
}
