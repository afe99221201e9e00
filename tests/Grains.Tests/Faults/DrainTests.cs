using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Grains.Composition;
using Conversation.Grains.Sessions;
using Conversation.Grains.Tests.Conformance;
using Conversation.Sessions;
using Xunit.Abstractions;

namespace Conversation.Grains.Tests.Faults;

/// <summary>A silo is emptied under live sessions in conversation.</summary>
[Collection(FaultCollection.Name)]
public sealed class DrainTests(ITestOutputHelper log)
{
    private const int Sessions = 50;

    [Fact]
    public async Task Fifty_live_sessions_leave_and_nobody_notices()
    {
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default);
        var waits = new Waits();
        var silo = host.Silos[0];
        // Half of their clients are at the silo that goes, half at the one that stays.
        var calls = new List<Caller>();
        for (var n = 0; n < Sessions; n++)
        {
            var call = await Caller.OpenAsync(new TimedSessions(host.Gateway(n % 2), waits), Caller.AtPace);
            calls.Add(call);
            if (n % 2 == 1)
            {
                await host.Get<IGrainFactory>(silo).GetGrain<ISessionGrain>(call.Id).MoveAsync(silo.SiloAddress, TimeSpan.Zero);
            }
        }

        await Board.Eventually.True(() => host.Get<LocalSessions>(silo).Count == Sessions, "all live on the first silo");
        using var over = new CancellationTokenSource();
        var conversations = calls.Select((call, n) => Task.Run(async () =>
        {
            var turn = 0;
            await Task.Delay(n * 60);
            while (!over.IsCancellationRequested)
            {
                turn++;
                var story = (turn + n) % 2 == 0;
                call.Ask(story ? "tell me a story" : "what time is it");
                var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
                Assert.Equal((turn, story ? ScriptedResponder.Story : "You said what time is it.", false), (done.Turn, done.Reply, done.Interrupted));
                await Task.Delay(n % 5 * 100);
            }

            return turn;
        })).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(3));
        var since = TimeProvider.System.GetTimestamp();
        await host.Get<ISessionDrain>(silo).DrainAsync(TimeSpan.FromSeconds(14), CancellationToken.None);
        var took = TimeProvider.System.GetElapsedTime(since);
        Assert.Equal(0, host.Get<LocalSessions>(silo).Count);
        await Board.Eventually.True(() => host.Get<LocalSessions>(host.Silos[1]).Count == Sessions, "all have arrived on the other");
        await Task.Delay(TimeSpan.FromSeconds(1));
        await over.CancelAsync();
        var turns = (await Task.WhenAll(conversations)).Sum();
        log.WriteLine($"{Sessions} sessions left in {took.TotalSeconds:0.0} s; {turns} turns; {waits}");
        foreach (var call in calls)
        {
            Sound.IsWhole(call);
            Assert.Empty(call.Client.All<SessionEvent.Closed>());
            Assert.Empty(call.Client.All<SessionEvent.Error>());
        }

        // Who calls here now is let in elsewhere.
        Assert.NotNull((await OpenedAtAsync(host, 0)).Session);
        Assert.Equal(0, host.Get<LocalSessions>(silo).Count);
    }

    [Fact]
    public async Task What_is_still_speaking_when_the_time_is_up_goes_with_its_reply()
    {
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default);
        var silo = host.Silos[0];
        var calls = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Caller.OpenAsync(host.Gateway(0), Caller.AtPace)));
        foreach (var call in calls)
        {
            Assert.Null(call.Session.Type("tell me a story"));
            await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        }

        await host.Get<ISessionDrain>(silo).DrainAsync(TimeSpan.FromSeconds(2.5), CancellationToken.None);
        Assert.Equal(0, host.Get<LocalSessions>(silo).Count);
        foreach (var call in calls)
        {
            Assert.Equal(ScriptedResponder.Story, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
            Sound.IsWhole(call);
            Assert.Empty(call.Client.All<SessionEvent.Closed>());
        }
    }

    [Fact]
    public async Task The_last_silo_stores_its_sessions_and_says_so()
    {
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default, silos: 1);
        var call = await Caller.OpenAsync(host.Gateway(0));
        Assert.Null(call.Session.Type("one"));
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        var since = TimeProvider.System.GetTimestamp();
        await host.Get<ISessionDrain>(host.Silos[0]).DrainAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30));
        Assert.Equal("server_stopping", (await OpenedAtAsync(host, 0)).Fault?.Code);
        await host.Silos[0].StopSiloAsync(stopGracefully: true);
        Assert.Equal("one", Assert.Single((await host.Store.LoadAsync(call.Id))!.Turns).User);
    }

    private static Task<OpenResult> OpenedAtAsync(ClusterHost host, int gateway) =>
        host.Gateway(gateway).OpenAsync(Caller.AtOnce, new TestClient(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(15));
}
