using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>Turns that the client ends, and replies that it asks for.</content>
public abstract partial class SessionConformance
{
    private static readonly OpenSession Manual = Caller.AtOnce with { Settings = new() { TurnTaking = "manual" } };

    [Fact]
    public async Task A_turn_ends_where_the_client_says_and_is_answered_when_it_asks()
    {
        var call = await OpenAsync(Manual);
        call.Ask("one two");
        call.Ask("three");
        Assert.Null(call.Session.EndTurn());
        Assert.Equal("one two three", (await call.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        Assert.Empty(call.Client.All<SessionEvent.ReplyStarted>());
        Assert.Null(call.Session.Answer(new ReplyRequest()));
        Assert.Equal("You said one two three.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);

        // At once, without a pause: the words of the second do not get into the first.
        call.Say("four five");
        Assert.Null(call.Session.EndTurn());
        call.Say("six");
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "and seven" }));
        Assert.Equal("four five\nand seven", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).User);
        Assert.Null(call.Session.EndTurn());
        await call.Client.NextAsync<SessionEvent.HypothesisFinal>(final => final.Text == "six");
    }

    [Fact]
    public async Task What_the_client_throws_away_is_not_answered()
    {
        var call = await OpenAsync(Manual);
        call.Ask("one two");
        Assert.Null(call.Session.EndTurn(keep: false));
        call.Ask("three");
        Assert.Null(call.Session.EndTurn());
        Assert.Null(call.Session.Answer(new ReplyRequest()));
        Assert.Equal("three", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).User);
    }

    [Fact]
    public async Task A_turn_may_end_by_itself_and_wait_for_its_answer()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { TurnTaking = "listening" } });
        call.Ask("one two");
        Assert.Equal("one two", (await call.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        call.Ask("three");
        Assert.Equal(("one two", ""), Said(await call.Client.NextAsync<SessionEvent.TurnCompleted>()));
        Assert.Null(call.Session.Answer(new ReplyRequest()));
        Assert.Equal(("three", "You said three."), Said(await call.Client.NextAsync<SessionEvent.TurnCompleted>()));

        static (string, string) Said(SessionEvent.TurnCompleted done) => (done.User, done.Reply);
    }

    [Fact]
    public async Task A_reply_that_is_not_to_be_interrupted_is_heard_to_its_end()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Interruptible = false } }, hearsAtOnce: false);
        Assert.Null(call.Session.Type("one"));
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        var ended = await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        call.Ask("stop two three");
        await call.Client.NextAsync<SessionEvent.HypothesisFinal>(final => final.Text == "stop two three");
        Assert.Empty(call.Client.All<SessionEvent.PlayoutPaused>());
        call.Hear(started.Generation, ended.Samples);
        Assert.Equal("You said one.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        await call.Client.EverAsync<SessionEvent.ReplyStarted>(next => next.Turn == 2);
    }

    [Theory]
    [InlineData(null, "This call is recorded. Hello, I am listening.")]
    [InlineData(true, "This call is recorded. Hello, I am listening.")]
    [InlineData(false, "This call is recorded.")]
    public async Task A_notice_is_said_before_anything_else_and_where_it_ends_is_told(bool? greet, string said)
    {
        var call = await OpenAsync(Caller.AtOnce with { Notice = "This call is recorded.", Settings = new() { Greet = greet, Interruptible = false } });
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal("greeting", started.Kind);
        var notice = await call.Client.NextAsync<SessionEvent.NoticeMade>();
        Assert.Equal((started.Generation, 4 * Word), (notice.Generation, notice.Samples));
        Assert.Equal(said, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
        Assert.Single(call.Client.All<SessionEvent.NoticeMade>());
    }

    [Fact]
    public async Task The_greeting_behind_a_notice_may_be_interrupted_once_that_is_allowed()
    {
        var call = await OpenAsync(Caller.AtOnce with { Notice = "This call is recorded.", Settings = new() { Greet = true, Interruptible = false } }, hearsAtOnce: false);
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        var notice = await call.Client.EverAsync<SessionEvent.NoticeMade>();
        await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        call.Hear(started.Generation, notice.Samples);
        Assert.Null(call.Session.Configure(new SessionSettings { Interruptible = true }));
        await call.Client.EverAsync<SessionEvent.SettingsChanged>();
        call.Ask("stop two three");
        Assert.Equal(started.Generation, (await call.Client.NextAsync<SessionEvent.PlayoutCancelled>()).Generation);
        var done = await call.Client.EverAsync<SessionEvent.TurnCompleted>();
        Assert.Equal(("This call is recorded.", true), (done.Reply, done.Interrupted));
        await call.Client.EverAsync<SessionEvent.ReplyStarted>(next => next.Turn == 1);
    }

    [Fact]
    public async Task What_is_asked_for_once_reaches_the_dialog_once()
    {
        var call = await OpenAsync(Manual with { Settings = Manual.Settings with { Instructions = "Be kind.", Context = new(0, [new("system", "It is summer.")]) } });
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "one", Instructions = "Be brief.", ToolChoice = "required" }));
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "two" }));
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Null(call.Session.Configure(new SessionSettings { Context = new(1, [new("user", "zero")]) }));
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "three" }));
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Null(call.Session.Answer(new ReplyRequest { Input = [new("system", "a"), new("user", "b")] }));
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        var turns = host!.Engines[call.Id].Turns;
        Assert.Equal([("one", "Be brief.", "required"), ("two", "Be kind.", ""), ("three", "Be kind.", ""), ("b", "Be kind.", "")], turns.Select(turn => (turn.UserText, turn.Instructions, turn.ToolChoice)));
        Assert.Equal(["It is summer.", "It is summer.", "zero", "a"], turns.Select(turn => Assert.Single(turn.Before).Text));
        Assert.Equal([0, 1, 1, 0], turns.Select(turn => turn.History.Count));
    }

    [Fact]
    public async Task Replies_asked_for_while_one_is_given_are_given_after_it_each_by_itself()
    {
        var call = await OpenAsync(Manual, hearsAtOnce: false);
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "one" }));
        var first = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        var ended = await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "two", Instructions = "Be brief." }));
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "three", Instructions = "Be kind." }));
        Assert.Null(call.Session.Type("four"));
        await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.User == "one");
        var typed = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.False(typed.Asked);
        call.Hear(typed.Generation, (await call.Client.NextAsync<SessionEvent.ReplyEnded>()).Samples);
        foreach (var text in new[] { "two", "three" })
        {
            var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
            Assert.True(started.Asked);
            call.Hear(started.Generation, (await call.Client.NextAsync<SessionEvent.ReplyEnded>()).Samples);
            Assert.Equal((text, $"You said {text}."), Said(await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.Turn == started.Turn)));
        }

        Assert.Equal([("one", ""), ("four", ""), ("two", "Be brief."), ("three", "Be kind.")], host!.Engines[call.Id].Turns.Select(turn => (turn.UserText, turn.Instructions)));
        Assert.True(ended.Samples > 0 && first.Asked);

        static (string, string) Said(SessionEvent.TurnCompleted done) => (done.User, done.Reply);
    }

    [Fact]
    public async Task So_many_replies_may_wait_and_who_asks_for_more_is_told()
    {
        var call = await OpenAsync(Manual, hearsAtOnce: false);
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "one" }));
        await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        for (var i = 0; i < 8; i++)
        {
            Assert.Null(call.Session.Answer(new ReplyRequest { Text = "two" }));
        }

        // At once where the session is here, as an event where it is not.
        var refused = call.Session.Answer(new ReplyRequest { Text = "three" })?.Code ?? (await call.Client.NextAsync<SessionEvent.Error>()).Code;
        Assert.Equal("busy", refused);
    }

    [Fact]
    public async Task What_is_said_over_a_reply_that_is_not_to_be_interrupted_is_answered_as_one_turn()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Interruptible = false } }, hearsAtOnce: false);
        Assert.Null(call.Session.Type("one"));
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        var ended = await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        call.Ask("two three");
        await call.Client.NextAsync<SessionEvent.HypothesisFinal>(final => final.Text == "two three");
        call.Ask("four");
        await call.Client.NextAsync<SessionEvent.HypothesisFinal>(final => final.Text == "two three four");
        call.Hear(started.Generation, ended.Samples);
        await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.User == "one");
        var answer = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal(2, answer.Turn);
        call.Hear(answer.Generation, (await call.Client.NextAsync<SessionEvent.ReplyEnded>()).Samples);
        var done = await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.Turn == 2);
        Assert.Equal((2, "two three four", "You said two three four."), (done.Turn, done.User, done.Reply));
        Assert.Equal(["one", "two three four"], host!.Engines[call.Id].Turns.Select(turn => turn.UserText));
    }

    [Fact]
    public async Task What_is_asked_for_aside_leaves_no_trace()
    {
        var call = await OpenAsync(Manual);
        var spoken = SpokenWords.Say("seven eight", 16_000);
        Assert.Null(call.Session.Aside(new AsideRequest("a") { Audio = System.Runtime.InteropServices.MemoryMarshal.AsBytes(spoken.AsSpan()).ToArray() }));
        Assert.Equal(("a", "seven eight", ""), Told(await call.Client.NextAsync<SessionEvent.AsideDone>()));
        Assert.Null(call.Session.Aside(new AsideRequest("b") { Reply = new ReplyRequest { Input = [new("user", "nine")] } }));
        Assert.Equal(("b", "You said nine.", ""), Told(await call.Client.NextAsync<SessionEvent.AsideDone>()));
        Assert.Empty(call.Client.All<SessionEvent.ReplyStarted>());
        Assert.Equal("audio", call.Session.Aside(new AsideRequest("c") { Audio = new byte[16_000 * 2 * 61] })!.Setting);

        static (string, string, string) Told(SessionEvent.AsideDone done) => (done.Id, done.Text, done.Fault);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var call = await OpenAsync(Manual);
        Assert.Equal("turnTaking", call.Session.Configure(new SessionSettings { TurnTaking = "never" })!.Setting);
        Assert.Equal("idleAfterMs", call.Session.Configure(new SessionSettings { IdleAfterMs = 5 })!.Setting);
        Assert.Equal("toolChoice", call.Session.Answer(new ReplyRequest { ToolChoice = "perhaps" })!.Setting);
        Assert.Equal("input", call.Session.Answer(new ReplyRequest { Input = [new("nobody", "x")] })!.Setting);
        Assert.Equal("text", call.Session.Answer(new ReplyRequest { Text = new string('x', 2_001) })!.Setting);
    }
}
