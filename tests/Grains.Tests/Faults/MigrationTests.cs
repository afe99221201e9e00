using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Grains.Sessions;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Conformance;
using Conversation.Sessions;
using Orleans.TestingHost;
using Xunit.Abstractions;

namespace Conversation.Grains.Tests.Faults;

/// <summary>Three silos for the tests that leave them standing.</summary>
public sealed class ThreeSilos : IAsyncLifetime
{
    internal ClusterHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await ClusterHost.StartAsync(ConformanceSetup.Default, silos: 3);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

/// <summary>A session goes to another silo at any moment, and its client cannot tell. The client is at the session's silo, at the one it goes to, or at a third.</summary>
[Collection(FaultCollection.Name)]
public sealed class MigrationTests(ThreeSilos silos, ITestOutputHelper log) : IClassFixture<ThreeSilos>
{
    private const int Word = 24_000 / ScriptedSpeaker.WordRate;
    private static readonly TimeSpan AtOnce = TimeSpan.Zero;
    private static readonly TimeSpan WhenQuiet = TimeSpan.FromSeconds(60);
    private readonly Waits waits = new();

    private ClusterHost Host => silos.Host;

    /// <summary>Where the client is: 0 with the session, 1 where it goes, 2 elsewhere.</summary>
    public static TheoryData<int> Places => [0, 1, 2];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Between_two_turns(int place)
    {
        var call = await CallAsync(place, Caller.AtPace);
        call.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
        for (var silo = 1; silo <= 3; silo++)
        {
            await MoveAsync(call, silo % 3, WhenQuiet);
            call.Ask("what time is it");
            var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
            Assert.Equal((silo + 1, "what time is it", "You said what time is it."), (done.Turn, done.User, done.Reply));
        }

        Assert.Equal(4, Host.Engines[call.Id].Turns.Last().History.Count + 1);
        Finish(call);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task While_the_caller_speaks(int place)
    {
        var call = await CallAsync(place, Caller.AtOnce);
        call.Wait(TimeSpan.FromMilliseconds(320));
        call.Say("one two three");
        await call.Client.NextAsync<SessionEvent.SpeechStarted>();
        var moving = MoveAsync(call, 1, AtOnce);
        string[] rest = ["four", "five", "six", "seven", "eight", "nine", "ten", "red"];
        foreach (var word in rest)
        {
            // In the middle of words, while it leaves, is on its way, and arrives.
            call.Say(word);
            await Task.Delay(10);
        }

        await moving;
        call.Ask("green blue");
        Assert.Equal($"one two three {string.Join(' ', rest)} green blue", (await call.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Finish(call);
    }

    [Theory]
    [InlineData(0, 48_000)]
    [InlineData(2, 8_000)]
    [InlineData(1, 44_100)]
    public async Task While_the_caller_speaks_at_another_rate(int place, int rate)
    {
        var call = await CallAsync(place, Caller.AtOnce with { InputRate = rate });
        call.Say("one two three four");
        await call.Client.NextAsync<SessionEvent.SpeechStarted>();
        var moving = MoveAsync(call, 1, AtOnce);
        call.Say("five six seven eight");
        await moving;
        call.Ask("nine ten");
        Assert.Equal("one two three four five six seven eight nine ten", (await call.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Finish(call);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task While_it_recognises(int place)
    {
        var call = await CallAsync(place, Caller.AtOnce);
        var script = Host.Engines[call.Id];
        script.Recognition.Hold();
        call.Ask("what time is it");
        await script.Recognition.ArrivedAsync();
        await MoveAsync(call, 1, AtOnce);
        script.Recognition.Release();
        Assert.Equal("You said what time is it.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Finish(call);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task While_a_reply_is_thought_of(int place)
    {
        var call = await CallAsync(place, Caller.AtOnce);
        var script = Host.Engines[call.Id];
        script.Answering.Hold();
        call.Ask("what time is it");
        await script.Answering.ArrivedAsync();
        // A reply of which there is nothing yet is worth a moment.
        var moving = MoveAsync(call, 1, AtOnce);
        await Task.Delay(100);
        script.Answering.Release();
        await moving;
        Assert.Equal("You said what time is it.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Finish(call);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task While_it_speaks(int place)
    {
        var call = await CallAsync(place, Caller.AtPace);
        Assert.Null(call.Session.Type("tell me a story"));
        var story = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        await call.Client.SentToAsync(story.Generation, 8 * Word);
        await MoveAsync(call, 1, AtOnce);
        await call.Client.SentToAsync(story.Generation, 20 * Word);
        await MoveAsync(call, 2, AtOnce);
        var ended = await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Equal(40 * Word, ended.Samples);
        Assert.Equal(ended.Samples, call.Client.Frames(story.Generation).Sum(frame => frame.Pcm.Length));
        Assert.Equal(ScriptedResponder.Story, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        log.WriteLine($"client at {place}: {waits}");
        Finish(call);
    }

    [Fact]
    public async Task While_its_turn_is_being_written()
    {
        var call = await CallAsync(2, Caller.AtOnce);
        var trouble = Host.Store[call.Id];
        trouble.Saving.Hold();
        Assert.Null(call.Session.Type("one"));
        await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        await trouble.Saving.ArrivedAsync();
        var moving = MoveAsync(call, 1, AtOnce);
        await Task.Delay(200);
        Assert.Empty(call.Client.All<SessionEvent.TurnCompleted>());
        trouble.Saving.Release();
        await moving;
        Assert.Equal(1, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Turn);
        Assert.Equal("You said two.", (await TypedAsync(call, "two")).Reply);
        Assert.Equal([1, 2], (await Host.Store.LoadAsync(call.Id))!.Turns.Select(line => line.Turn));
        Finish(call);
    }

    [Fact]
    public async Task While_its_client_is_away()
    {
        var call = await CallAsync(0, Caller.AtPace, hearsAtOnce: false);
        Assert.Null(call.Session.Type("tell me a story"));
        var story = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        await call.Client.SentToAsync(story.Generation, 8 * Word);
        call.Hear(story.Generation, 2 * Word);
        call.Session.Detach(call.Client);
        await MoveAsync(call, 1, AtOnce);
        var back = await call.ResumeAsync(Gateway(2), story.Generation, (5 * Word) + 123);
        Assert.True(back.Opened.Resumed);
        await back.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Equal((5 * Word) + 123, back.Client.Frames(story.Generation)[0].Position);
        Assert.Equal(ScriptedResponder.Story, (await back.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Finish(back);
    }

    [Fact]
    public async Task After_its_client_which_came_back_by_another_gateway()
    {
        var call = await CallAsync(0, Caller.AtPace);
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
        call.Session.Detach(call.Client);
        var back = await call.ResumeAsync(Gateway(2), 0, 0);
        Assert.True(back.Opened.Resumed);
        await Eventually.True(() => Lives(Host.Silos[2], call.Id), $"{call.Id} has followed: {back.Client}");
        Assert.Equal("You said two.", (await TypedAsync(back, "two")).Reply);
        Finish(back);
    }

    [Fact]
    public async Task Again_and_again_while_somebody_talks_to_it()
    {
        var call = await CallAsync(2, Caller.AtPace);
        using var over = new CancellationTokenSource();
        var moving = Task.Run(async () =>
        {
            var moves = 0;
            for (; !over.IsCancellationRequested; moves++)
            {
                await MoveAsync(call, (moves + 1) % 3, AtOnce);
                await Task.Delay(30);
            }

            return moves;
        });
        for (var turn = 1; turn <= 6; turn++)
        {
            call.Ask("where are you");
            var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
            Assert.Equal((turn, "where are you"), (done.Turn, done.User));
            // Cut short by the moves it may be; what is told is what was said.
            Assert.StartsWith(done.Reply, "You said where are you.", StringComparison.Ordinal);
        }

        await over.CancelAsync();
        log.WriteLine($"moved {await moving} times in six turns; {waits}");
        Finish(call);
    }

    private ISessions Gateway(int silo) => new TimedSessions(Host.Gateway(silo), waits);

    /// <summary>A call whose session is on silo 0 and whose client is at <paramref name="place"/>.</summary>
    private async Task<Caller> CallAsync(int place, OpenSession request, bool hearsAtOnce = true)
    {
        var call = await Caller.OpenAsync(Gateway(place), request, new TestClient(hearsAtOnce));
        await MoveAsync(call, 0, WhenQuiet);
        return call;
    }

    private async Task MoveAsync(Caller call, int to, TimeSpan within)
    {
        var target = Host.Silos[to];
        await Eventually.True(() => Host.Silos.Any(silo => Lives(silo, call.Id)), $"{call.Id} lives somewhere");
        if (Lives(target, call.Id))
        {
            return;
        }

        var grain = Host.Get<IGrainFactory>(target).GetGrain<ISessionGrain>(call.Id);
        await grain.MoveAsync(target.SiloAddress, within);
        await Eventually.True(() => Lives(target, call.Id), $"{call.Id} has moved to silo {to}: {call.Client}");
    }

    private bool Lives(InProcessSiloHandle silo, string session) => Host.Get<LocalSessions>(silo).Live.Any(live => live.Key == session);

    private static async Task<SessionEvent.TurnCompleted> TypedAsync(Caller call, string text)
    {
        Assert.Null(call.Session.Type(text));
        return await call.Client.NextAsync<SessionEvent.TurnCompleted>(done => done.User == text);
    }

    private static void Finish(Caller call)
    {
        Sound.IsWhole(call);
        Assert.Empty(call.Client.All<SessionEvent.Closed>());
        Assert.Empty(call.Client.All<SessionEvent.Error>());
        call.Session.Close("client");
    }
}
