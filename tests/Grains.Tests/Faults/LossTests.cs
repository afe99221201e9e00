using System.Collections.Concurrent;
using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Grains.Sessions;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Conformance;
using Conversation.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using Xunit.Abstractions;

namespace Conversation.Grains.Tests.Faults;

/// <summary>Silos that die without a word: those that hold sessions, and those that hold their clients.</summary>
[Collection(FaultCollection.Name)]
public sealed class LossTests(ITestOutputHelper log)
{
    private const int Word = 24_000 / ScriptedSpeaker.WordRate;

    [Fact]
    public async Task A_session_that_died_is_told_as_lost_by_its_gateway_and_goes_on_from_the_last_turn()
    {
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default, silos: 3, losesSilos: true);
        var doomed = host.Silos[0];
        var calls = new List<Caller>();
        for (var n = 0; n < 6; n++)
        {
            // Four have their gateway elsewhere, two lose it too.
            calls.Add(await Caller.OpenAsync(host.Gateway(n % 3), Caller.AtPace));
            await MoveAsync(host, calls[n], doomed);
            Assert.Null(calls[n].Session.Type("one"));
            await calls[n].Client.NextAsync<SessionEvent.TurnCompleted>();
        }

        var bystander = await Caller.OpenAsync(host.Gateway(1), Caller.AtPace);
        foreach (var call in calls.Append(bystander))
        {
            Assert.Null(call.Session.Type("tell me a story"));
            await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        }

        var since = TimeProvider.System.GetTimestamp();
        await host.KillAsync(doomed);
        foreach (var (call, n) in calls.Select((call, n) => (call, n)))
        {
            if (n % 3 != 0)
            {
                // A silo of this process that is killed now and then still gets a word out, which no killed process does.
                Assert.Contains((await call.Client.NextAsync<SessionEvent.Closed>()).Reason, new[] { "session_lost", "server_stopping" });
            }

            var back = await call.ResumeAsync(host.Gateway(n % 2));
            log.WriteLine($"session {n} was back after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.0} s");
            Assert.Equal((false, true), (back.Opened.Resumed, back.Opened.Restored));
            Assert.Equal(("one", "You said one."), (back.Opened.History[0].User, back.Opened.History[0].Reply));
            back.Ask("what time is it");
            var done = await back.Client.NextAsync<SessionEvent.TurnCompleted>();
            Assert.Equal((2, "You said what time is it."), (done.Turn, done.Reply));
            Sound.IsWhole(back);
        }

        // Who had nothing to do with it heard nothing of it.
        Assert.Equal(ScriptedResponder.Story, (await bystander.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Sound.IsWhole(bystander);
        Assert.Empty(bystander.Client.All<SessionEvent.Closed>());
    }

    [Fact]
    public async Task A_gateway_that_died_is_noticed_and_its_client_hears_on_from_the_exact_sample()
    {
        var said = new ConcurrentQueue<(long At, string Line)>();
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default, silos: 3, losesSilos: true, also: silo => silo.Services.AddLogging(logs => logs.AddProvider(new Listening(said))));
        var call = await Caller.OpenAsync(host.Gateway(0), Caller.AtPace, new TestClient(hearsAtOnce: false));
        await MoveAsync(host, call, host.Silos[1]);
        Assert.Null(call.Session.Type("tell me a story"));
        var story = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        await call.Client.SentToAsync(story.Generation, 6 * Word);
        call.Hear(story.Generation, 3 * Word);
        var gateways = new[] { host.Gateway(1), host.Gateway(2) };
        var since = TimeProvider.System.GetTimestamp();
        await host.KillAsync(host.Silos[0]);
        await Eventually.True(() => said.Any(entry => entry.Line.Contains("its gateway is silent", StringComparison.Ordinal)), "the session notices");
        var noticed = TimeProvider.System.GetElapsedTime(since, said.First(entry => entry.Line.Contains("its gateway is silent", StringComparison.Ordinal)).At);
        log.WriteLine($"noticed after {noticed.TotalSeconds:0.0} s");
        Assert.InRange(noticed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(30));

        const int heard = (5 * Word) + 77;
        var back = await call.ResumeAsync(gateways[1], story.Generation, heard);
        Assert.Equal((true, false), (back.Opened.Resumed, back.Opened.Restored));
        await back.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Equal(heard, back.Client.Frames(story.Generation)[0].Position);
        Assert.Equal(ScriptedResponder.Story, (await back.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Sound.IsWhole(back);
    }

    [Fact]
    public async Task Reopened_by_two_at_once_it_is_one_session()
    {
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default);
        for (var round = 0; round < 5; round++)
        {
            var call = await Caller.OpenAsync(host.Gateway(0), Caller.AtPace);
            Assert.Null(call.Session.Type("one"));
            await call.Client.NextAsync<SessionEvent.TurnCompleted>();
            call.Session.Close("server_stopping");
            await call.Client.NextAsync<SessionEvent.Closed>();

            var both = await Task.WhenAll(call.ResumeAsync(host.Gateway(0)), call.ResumeAsync(host.Gateway(1)));
            Assert.Single(both, back => back.Opened.Restored);
            Assert.Single(both, back => back.Opened.Resumed);
            var first = both.Single(back => back.Opened.Restored);
            var second = both.Single(back => back.Opened.Resumed);
            Assert.Equal("taken_over", (await first.Client.NextAsync<SessionEvent.Closed>()).Reason);
            Assert.Null(second.Session.Type("two"));
            Assert.Equal("You said two.", (await second.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
            Assert.Equal(1, host.Silos.Sum(silo => host.Get<LocalSessions>(silo).Count));
            second.Session.Close("client");
            await second.Client.NextAsync<SessionEvent.Closed>();
        }
    }

    private static async Task MoveAsync(ClusterHost host, Caller call, InProcessSiloHandle to)
    {
        bool There() => host.Get<LocalSessions>(to).Live.Any(live => live.Key == call.Id);
        if (!There())
        {
            await host.Get<IGrainFactory>(to).GetGrain<ISessionGrain>(call.Id).MoveAsync(to.SiloAddress, TimeSpan.FromSeconds(60));
            await Eventually.True(There, $"{call.Id} has moved");
        }
    }

    private sealed class Listening(ConcurrentQueue<(long, string)> said) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Enqueue((TimeProvider.System.GetTimestamp(), formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
