using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Inference.Ports;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>Turns from beginning to end.</content>
public abstract partial class SessionConformance
{
    [Theory]
    [InlineData(16_000, 24_000)]
    [InlineData(8_000, 8_000)]
    [InlineData(48_000, 48_000)]
    [InlineData(44_100, 16_000)]
    public async Task A_spoken_turn_goes_from_the_first_sound_to_the_last_sample(int inputRate, int outputRate)
    {
        var call = await OpenAsync(Caller.AtOnce with { InputRate = inputRate, OutputRate = outputRate });
        call.Wait(TimeSpan.FromMilliseconds(320));
        call.Ask("what time is it");

        Assert.InRange((await call.Client.NextAsync<SessionEvent.SpeechStarted>()).Position, 4_500, 5_632);
        Assert.InRange((await call.Client.NextAsync<SessionEvent.SpeechStopped>()).Position, 20_900, 22_100);
        var final = await call.Client.NextAsync<SessionEvent.HypothesisFinal>();
        Assert.Equal((1, "what time is it"), (final.Turn, final.Text));
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal((1, "answer"), (started.Turn, started.Kind));
        var ended = await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Equal((started.Generation, 6L * outputRate / ScriptedSpeaker.WordRate), (ended.Generation, ended.Samples));
        var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal((1, "what time is it", "You said what time is it.", false), (done.Turn, done.User, done.Reply, done.Interrupted));

        var text = Assert.Single(call.Client.All<SessionEvent.ReplyText>());
        Assert.Equal(("You said what time is it.", 6), (text.Text, text.Words.Count));
        Assert.Equal(ended.Samples, text.Words[^1].End);
        Assert.Equal(ended.Samples, call.Client.Frames(started.Generation).Sum(frame => frame.Pcm.Length));
        Assert.All(call.Client.Frames(started.Generation).SkipLast(1), frame => Assert.Equal(call.Opened.FrameSamples, frame.Pcm.Length));
        Assert.Equal((1, started.Generation), await LatencyOf(call));
        Assert.Contains(host!.Engines[call.Id].Recognitions, asked => asked.Tier == RecognitionTier.Accurate);

        static async Task<(int, int)> LatencyOf(Caller call)
        {
            var told = await call.Client.EverAsync<SessionEvent.TurnLatency>();
            return (told.Turn, told.Generation);
        }
    }

    [Fact]
    public async Task What_is_heard_is_told_as_it_is_said_and_never_taken_back()
    {
        var call = await OpenAsync();
        string[] words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        var said = 0;
        while (call.Client.All<SessionEvent.HypothesisDelta>().Count < 2)
        {
            Assert.True(said < 40, call.Client.ToString());
            call.Say(words[said++ % words.Length]);
            await call.Client.MaybeAsync<SessionEvent.HypothesisDelta>();
        }

        call.Wait(Caller.EndOfTurn);
        var final = await call.Client.NextAsync<SessionEvent.HypothesisFinal>();
        Assert.Equal(string.Join(' ', Enumerable.Range(0, said).Select(i => words[i % words.Length])), final.Text);
        var deltas = string.Concat(call.Client.All<SessionEvent.HypothesisDelta>().Select(delta => delta.Text));
        Assert.StartsWith(deltas, final.Text, StringComparison.Ordinal);
        Assert.StartsWith("one two", deltas, StringComparison.Ordinal);
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
    }

    [Fact]
    public async Task A_typed_turn_is_answered_aloud()
    {
        var call = await OpenAsync();
        Assert.Null(call.Session.Type("  what time is it "));
        Assert.Equal("what time is it", (await call.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal(6 * Word, (await call.Client.NextAsync<SessionEvent.ReplyEnded>()).Samples);
        Assert.Equal("You said what time is it.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Assert.NotEmpty(call.Client.Frames(started.Generation));
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused_at_once_and_changes_nothing()
    {
        var call = await OpenAsync();
        Assert.Equal(("text_empty", "text"), Named(call.Session.Type("   ")!));
        Assert.Equal(("text_too_long", "text"), Named(call.Session.Type(new string('x', 2_001))!));
        Assert.Equal(("audio_too_long", "pcm"), Named(call.Session.PushAudio(0, new short[16_001])!));
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
    }

    [Fact]
    public async Task What_was_said_before_is_known_in_the_next_turn()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Responder = "flow" } });
        Assert.Equal("That is number 1.", (await TypedAsync(call, "one")).Reply);
        call.Ask("two");
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal("That is number 3.", (await TypedAsync(call, "three")).Reply);
        var history = host!.Engines[call.Id].Turns.Last().History;
        Assert.Equal([("one", "That is number 1."), ("two", "That is number 2.")], history.Select(line => (line.UserText, line.ReplyHeard)));
    }

    [Fact]
    public async Task A_client_that_takes_no_audio_for_a_while_loses_none()
    {
        var call = await OpenAsync(Caller.AtPace);
        var started = await StoryAsync(call);
        call.Client.Full = true;
        Assert.Null(call.Session.Configure(new SessionSettings { Speed = 1.1f }));
        await call.Client.NextAsync<SessionEvent.SettingsChanged>();
        await call.Client.MaybeAsync<SessionEvent.Closed>();
        call.Client.Full = false;
        var ended = await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Equal(ended.Samples, call.Client.Frames(started.Generation).Sum(frame => frame.Pcm.Length));
        Assert.Equal(ScriptedResponder.Story, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
    }

    [Fact]
    public async Task A_lost_message_is_a_little_silence_and_a_repeated_one_is_nothing()
    {
        var call = await OpenAsync();
        call.Say("red green");
        call.Repeat(20);
        call.Lose(3);
        call.Say("blue");
        call.Wait(Caller.EndOfTurn);

        // The last message of a word holds 256 samples, and so does each that is missing after it.
        Assert.InRange((await call.Client.NextAsync<SessionEvent.SpeechStopped>()).Position, (3 * 4_096) + 768, (3 * 4_096) + 768 + 512);
        Assert.Equal("red green blue", (await call.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
    }

    [Fact]
    public async Task Sessions_at_once_do_not_mix()
    {
        var host = await HostAsync();
        var vocabulary = SpokenWords.Vocabulary.Where(word => word is not ("stop" or "mhm" or "story")).ToArray();
        var all = Enumerable.Range(0, 20).Select(async n =>
        {
            var call = Keep(await Caller.OpenAsync(host.Gateway(n % 2), Caller.AtOnce, new TestClient()));
            for (var turn = 1; turn <= 3; turn++)
            {
                var words = string.Join(' ', Enumerable.Range(0, 4).Select(i => vocabulary[((n * 7) + (turn * 5) + i) % vocabulary.Length]));
                call.Ask(words);
                var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
                Assert.Equal((turn, words, $"You said {words}."), (done.Turn, done.User, done.Reply));
            }
        });
        await Task.WhenAll(all);
    }

    [Fact]
    public async Task Keys_that_count_are_told_with_the_reply_and_again_to_who_comes_back()
    {
        var caller = new CallerInfo { Number = "+4930123456", Name = "Kim", Outbound = true, AnsweredBy = "human", Attributes = new Dictionary<string, string> { ["branch"] = "north" } };
        var call = await OpenAsync(Caller.AtOnce with { Caller = caller, Settings = new() { Responder = "keys" } });
        Assert.Null(call.Session.Type("1"));
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal((started.Generation, 4, "#*", 2.5), Wanted(await call.Client.NextAsync<SessionEvent.KeysWanted>()));
        Assert.Equal("You are +4930123456.", (await call.Client.EverAsync<SessionEvent.TurnCompleted>()).Reply);
        var known = host!.Engines[call.Id].Turns.Last().Caller!;
        Assert.Equal(("Kim", true, "human", "north"), (known.Name, known.Outbound, known.AnsweredBy, known.Attributes["branch"]));

        call.Session.Detach(call.Client);
        var back = Keep(await call.ResumeAsync(host.Gateway(1)));
        Assert.Equal((started.Generation, 4, "#*", 2.5), Wanted(await back.Client.NextAsync<SessionEvent.KeysWanted>()));
        Assert.Equal("You are +4930123456.", (await TypedAsync(back, "2")).Reply);

        static (int, int, string, double) Wanted(SessionEvent.KeysWanted keys) => (keys.Generation, keys.Most, keys.Terminators, keys.Timeout);
    }

    [Fact]
    public async Task Keys_are_not_waited_for_any_more_where_another_answers()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Responder = "keys" } });
        Assert.Null(call.Session.Type("1"));
        var told = await call.Client.NextAsync<SessionEvent.KeysWanted>();
        await call.Client.EverAsync<SessionEvent.TurnCompleted>();
        Assert.Null(call.Session.Configure(new SessionSettings { Speed = 1.1f }));
        Assert.Null(call.Session.Configure(new SessionSettings { Responder = "echo" }));
        Assert.Equal((told.Generation, 0, "", 0d), Of(await call.Client.NextAsync<SessionEvent.KeysWanted>()));
        Assert.Equal(2, call.Client.All<SessionEvent.KeysWanted>().Count);

        call.Session.Detach(call.Client);
        var back = Keep(await call.ResumeAsync(host!.Gateway(1)));
        Assert.Equal("You said two.", (await TypedAsync(back, "two")).Reply);
        Assert.Empty(back.Client.All<SessionEvent.KeysWanted>());

        static (int, int, string, double) Of(SessionEvent.KeysWanted keys) => (keys.Generation, keys.Most, keys.Terminators, keys.Timeout);
    }

    [Fact]
    public async Task Who_says_goodbye_is_let_go_after_the_last_word()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Responder = "hangup" } });
        Assert.Null(call.Session.Type("stop"));
        await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        var asked = await call.Client.NextAsync<SessionEvent.ActionRequested>();
        Assert.Equal(("hangup", "done"), Wanted(asked));
        Assert.Equal([KeyValuePair.Create("day", "Monday")], asked.Values!);
        Assert.Equal("Goodbye then.", (await call.Client.EverAsync<SessionEvent.TurnCompleted>()).Reply);
        Assert.Equal("hangup: done", (await call.Client.NextAsync<SessionEvent.Closed>()).Reason);

        static (string, string) Wanted(SessionEvent.ActionRequested action) => (action.Name, action.Target);
    }
}
