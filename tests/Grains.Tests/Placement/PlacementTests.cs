using Conversation.Grains.Board;
using Conversation.Grains.Placement;
using Conversation.Grains.Tests.Board;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Conversation.Grains.Tests.Placement;

internal interface IWhereGrain : IGrainWithStringKey
{
    Task<SiloAddress> WhereAsync();

    Task LeaveAsync();
}

[PlaceOnNamedSilo]
internal sealed class NamedWhereGrain(ILocalSiloDetails silo) : Grain, INamedWhereGrain
{
    public Task<SiloAddress> WhereAsync() => Task.FromResult(silo.SiloAddress);

    public Task LeaveAsync() => Task.CompletedTask;
}

internal interface INamedWhereGrain : IWhereGrain;

[SessionPlacement]
internal sealed class SessionWhereGrain(ILocalSiloDetails silo) : Grain, ISessionWhereGrain
{
    public Task<SiloAddress> WhereAsync() => Task.FromResult(silo.SiloAddress);

    public Task LeaveAsync()
    {
        MigrateOnIdle();
        return Task.CompletedTask;
    }
}

internal interface ISessionWhereGrain : IWhereGrain;

public class PlacementTests
{
    [Fact]
    public async Task AGrainIsPlacedOnTheSiloThatItsKeyNamesWhoeverAsks()
    {
        await using var cluster = await BoardCluster.StartAsync(3);
        for (var named = 0; named < 3; named++)
        {
            for (var asks = 0; asks < 3; asks++)
            {
                var key = new NamedSiloKey(cluster.Address(named), $"cpu/asked-by-{asks}").ToString();
                Assert.Equal(cluster.Address(named), await cluster.Get<IGrainFactory>(asks).GetGrain<INamedWhereGrain>(key).WhereAsync());
            }
        }
    }

    [Fact]
    public async Task AGrainOfASiloThatIsGoneIsPlacedNowhere()
    {
        await using var cluster = await BoardCluster.StartAsync(2);
        var gone = cluster.Address(1);
        var key = new NamedSiloKey(gone, "cpu/recognition").ToString();
        var grain = cluster.Get<IGrainFactory>(0).GetGrain<INamedWhereGrain>(key);
        Assert.Equal(gone, await grain.WhereAsync());
        await cluster.StopAsync(1);
        var fault = await Assert.ThrowsAnyAsync<NamedSiloGoneException>(grain.WhereAsync);
        Assert.Contains("cpu/recognition", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<NamedSiloGoneException>(cluster.Get<IGrainFactory>(0).GetGrain<INamedWhereGrain>("no-silo").WhereAsync);
    }

    [Fact]
    public async Task ASessionStaysWithTheSiloThatAsksWhileThereIsRoom()
    {
        await using var cluster = await BoardCluster.StartAsync(2);
        await SetAsync(cluster, (3, false), (50, false));
        var placed = await PlaceAsync(cluster, 5);
        Assert.Equal([0, 0, 0, 1, 1], placed);
    }

    [Fact]
    public async Task ASessionGoesWhereMostRoomIsFromADrainingSilo()
    {
        await using var cluster = await BoardCluster.StartAsync(3);
        await SetAsync(cluster, (100, true), (3, false), (6, false));
        var placed = await PlaceAsync(cluster, 7);
        Assert.Equal([1, 1, 2, 2, 2, 2, 2], placed.Order());
        Assert.Equal(2, placed[0]);
    }

    [Fact]
    public async Task ABurstFillsEverySiloExactly()
    {
        await using var cluster = await BoardCluster.StartAsync(3);
        await SetAsync(cluster, (40, false), (25, false), (35, false));
        var placed = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => WhereAsync(cluster, $"burst-{i}")));
        Assert.Equal((40, 25, 35), (placed.Count(s => s == 0), placed.Count(s => s == 1), placed.Count(s => s == 2)));
    }

    [Fact]
    public async Task WhereAllAreFullOrDrainingTheAskingSiloSaysSoItself()
    {
        await using var cluster = await BoardCluster.StartAsync(2);
        await SetAsync(cluster, (0, false), (10, true));
        var placed = await PlaceAsync(cluster, 2);
        Assert.Equal([0, 0], placed);
    }

    [Fact]
    public async Task AHintBeatsRoomAndAMovingSessionFollowsIt()
    {
        await using var cluster = await BoardCluster.StartAsync(2);
        await SetAsync(cluster, (100, false), (100, false));
        var grain = cluster.Get<IGrainFactory>(0).GetGrain<ISessionWhereGrain>("moves");
        Assert.Equal(cluster.Address(0), await grain.WhereAsync());
        RequestContext.Set(IPlacementDirector.PlacementHintKey, cluster.Address(1));
        await grain.LeaveAsync();
        RequestContext.Clear();
        var where = cluster.Address(0);
        for (var i = 0; i < 500 && where.Equals(cluster.Address(0)); i++)
        {
            await Task.Delay(10);
            where = await grain.WhereAsync();
        }

        Assert.Equal(cluster.Address(1), where);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("x/y")]
    [InlineData("10.0.0.1:11111@5")]
    [InlineData("10.0.0.1:11111@5/")]
    public void AKeyThatNamesNoSiloIsNone(string key) => Assert.False(NamedSiloKey.TryParse(key, out _));

    [Fact]
    public void AKeyIsReadBack()
    {
        var key = new NamedSiloKey(SiloAddress.New(System.Net.IPAddress.Loopback, 11111, 77), "cuda:0/recognition");
        Assert.True(NamedSiloKey.TryParse(key.ToString(), out var back));
        Assert.Equal(key, back);
    }

    private static async Task SetAsync(BoardCluster cluster, params (int Max, bool Draining)[] silos)
    {
        for (var i = 0; i < silos.Length; i++)
        {
            var (max, draining) = silos[i];
            cluster.Get<SiloBoard>(i).Describe(card => card with { MaxSessions = max, Draining = draining });
        }

        for (var i = 0; i < silos.Length; i++)
        {
            var cards = cluster.Get<Cards>(i);
            await Eventually.True(
                () => silos.Index().All(silo => cards.All.Any(card => card.Silo.Equals(cluster.Address(silo.Index)) && card.MaxSessions == silo.Item.Max && card.Draining == silo.Item.Draining)),
                "all cards");
        }
    }

    private static async Task<int[]> PlaceAsync(BoardCluster cluster, int sessions)
    {
        var placed = new int[sessions];
        for (var i = 0; i < sessions; i++)
        {
            placed[i] = await WhereAsync(cluster, $"session-{i}");
        }

        return placed;
    }

    private static async Task<int> WhereAsync(BoardCluster cluster, string session)
    {
        var where = await cluster.Get<IGrainFactory>(0).GetGrain<ISessionWhereGrain>(session).WhereAsync();
        return Enumerable.Range(0, cluster.Silos.Count).First(i => cluster.Address(i).Equals(where));
    }
}
