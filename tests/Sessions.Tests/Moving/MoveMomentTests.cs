using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions.Moving;

namespace Conversation.Sessions.Tests.Moving;

/// <summary>Moments at which something is under way that stays behind.</summary>
public sealed class MoveMomentTests
{
    private const int Word = MovingCall.Word;

    [Fact]
    public void Quiet_it_moves_and_answers_there()
    {
        using var call = new MovingCall();
        call.Finish(call.Ask("one"));
        call.Move(MoveUrgency.WhenQuiet);
        Assert.Null(call.Moved!.Reply);
        Assert.Empty(call.Moved.Core.Journal);
        var done = call.Finish(call.Ask("two"));
        Assert.Equal((2, "You said two."), (done.Turn, done.Reply));
        Assert.Equal("one", Assert.Single(call.Script.Turns).History[0].UserText);
        call.Orderly();
    }

    [Fact]
    public void Windows_that_were_not_scored_yet_are_scored_there()
    {
        using var call = new MovingCall();
        call.Quiet(300);
        call.Host.Fakes.VoiceActivity.Hold();
        call.Say("red green");
        call.Move(MoveUrgency.Now);
        Assert.Equal(14_848 - (14_848 % 512), call.Moved!.Input.Scored + 10_240);
        call.Say("blue");
        call.Quiet(1_600);
        Assert.Equal("red green blue", call.Await<SessionEvent.HypothesisFinal>().Text);
        Assert.Equal(300 * 16 / 512 * 512, call.Client.All<SessionEvent.SpeechStarted>()[0].Position);
        call.Orderly();
    }

    [Fact]
    public void What_was_asked_beside_the_conversation_is_not_left_unanswered()
    {
        using var call = new MovingCall();
        call.Quiet(300);
        call.Script.Recognition.Hold();
        var old = call.Script;
        Assert.Null(call.Session.Aside(new AsideRequest("a") { Audio = new byte[32_000] }));
        Assert.Null(call.Session.TryFreeze(MoveUrgency.WhenWhole, call.Time));
        call.Move(MoveUrgency.Now);
        var lost = call.Await<SessionEvent.AsideDone>();
        Assert.Equal(("a", ""), (lost.Id, lost.Text));
        Assert.NotEqual("", lost.Fault);
        old.Recognition.Release();
        call.Orderly();
    }

    [Fact]
    public void A_recognition_that_runs_is_asked_for_again_with_the_same_audio()
    {
        using var call = new MovingCall();
        call.Script.Recognition.Hold();
        call.Say("what time is it");
        call.Quiet(200);
        var (old, asked) = (call.Script, call.Script.Recognitions.Last());
        call.Move(MoveUrgency.Now);
        old.Recognition.Release();

        var again = Assert.Single(call.Script.Recognitions);
        Assert.Equal(asked.Tier, again.Tier);
        Assert.True(asked.Samples.AsSpan().SequenceEqual(again.Samples));
        call.Quiet(1_400);
        Assert.Equal("what time is it", call.Await<SessionEvent.HypothesisFinal>().Text);
        Assert.Equal("You said what time is it.", call.Finish(call.Await<SessionEvent.ReplyStarted>()).Reply);
        call.Orderly();
    }

    [Fact]
    public void A_reply_prepared_on_a_guess_is_prepared_again_and_said_once()
    {
        using var call = new MovingCall();
        call.Script.Speaking.Hold();
        call.Say("what time is it");
        call.Quiet(150);
        call.Until(() => call.Script.Speaking.IsWaitedAt);
        Assert.Empty(call.Client.All<SessionEvent.ReplyStarted>());
        Assert.False(call.Session.Pump.IsQuiet);
        var old = call.Script;
        call.Move(MoveUrgency.Now);
        old.Speaking.Release();

        call.Quiet(1_400);
        var started = call.Await<SessionEvent.ReplyStarted>();
        Assert.Equal("You said what time is it.", call.Finish(started).Reply);
        Assert.Single(call.Script.Turns);
        Assert.Single(call.Client.All<SessionEvent.ReplyStarted>());
        Assert.Single(call.Client.All<SessionEvent.ReplyText>());
        call.Orderly();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reply_goes_on_at_the_next_sample(bool acknowledges)
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        if (acknowledges)
        {
            call.Listen(story.Generation, (7 * Word) + 333);
        }
        else
        {
            for (var i = 0; i < 30; i++)
            {
                var before = call.SentTo(story.Generation);
                call.Time.Advance(MovingCall.Message);
                call.Until(() => call.SentTo(story.Generation) > before);
            }
        }

        var sent = call.SentTo(story.Generation);
        call.Move(MoveUrgency.WhenWhole);
        Assert.Equal(sent, call.Moved!.Playout!.Sent);
        var done = call.Finish(story);
        Assert.Equal((ScriptedResponder.Story, false), (done.Reply, done.Interrupted));
        Assert.Contains(call.Client.Frames(story.Generation), frame => frame.Position == sent);
        Assert.Equal(call.Client.Frames(story.Generation).Sum(frame => frame.Pcm.Length), Assert.Single(call.Client.All<SessionEvent.ReplyEnded>()).Samples);
        Assert.Empty(call.Script.Turns);
        call.Orderly();
    }

    [Fact]
    public void All_that_its_client_might_need_again_goes_along()
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        call.Listen(story.Generation, 5 * Word);
        call.Move(MoveUrgency.WhenWhole);

        // The frames on their way to the client may be lost with the host: it comes back to where it had heard.
        call.Session.Detach(call.Client);
        call.Run();
        call.Resume(story.Generation, (5 * Word) + 11);
        Assert.Equal(ScriptedResponder.Story, call.Finish(story).Reply);
        Assert.Equal((5 * Word) + 11, call.Client.Frames(story.Generation)[0].Position);
        call.Orderly();
    }

    [Fact]
    public void The_end_of_a_reply_that_was_told_is_not_told_again()
    {
        using var call = new MovingCall();
        var reply = call.Ask("one");
        call.Until(() =>
        {
            call.Time.Advance(MovingCall.Message);
            return call.Client.All<SessionEvent.ReplyEnded>().Count > 0;
        });
        call.Listen(reply.Generation, Word);
        call.Move(MoveUrgency.WhenWhole);
        call.Session.Played(reply.Generation, 3 * Word);
        Assert.Equal("You said one.", call.Await<SessionEvent.TurnCompleted>().Reply);
        Assert.Single(call.Client.All<SessionEvent.ReplyEnded>());
        call.Orderly();
    }

    [Theory]
    [InlineData("mhm")]
    [InlineData("stop")]
    public void A_reply_that_is_held_is_let_go_or_cut_there(string said)
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        call.Listen(story.Generation, 8 * Word);
        call.Say(said);
        call.Await<SessionEvent.PlayoutPaused>();
        Assert.Empty(call.Client.All<SessionEvent.InterruptionJudged>());
        var sent = call.SentTo(story.Generation);
        call.Move(MoveUrgency.WhenWhole);
        Assert.True(call.Moved!.Playout!.Paused);
        call.Quiet(200);
        if (said == "mhm")
        {
            call.Await<SessionEvent.PlayoutResumed>();
            Assert.Equal(ScriptedResponder.Story, call.Finish(story).Reply);
            Assert.Contains(call.Client.Frames(story.Generation), frame => frame.Position == sent);
        }
        else
        {
            call.Await<SessionEvent.PlayoutCancelled>();
            Assert.Equal(("Once upon a time, there was a fox,"[..^1], true), Cut(call.Await<SessionEvent.TurnCompleted>()));
            call.Quiet(1_400);
            Assert.Equal("You said stop.", call.Finish(call.Await<SessionEvent.ReplyStarted>(started => started.Turn == 2)).Reply);
        }

        Assert.Single(call.Client.All<SessionEvent.PlayoutPaused>());
        call.Orderly();

        static (string, bool) Cut(SessionEvent.TurnCompleted done) => (done.Reply.TrimEnd(','), done.Interrupted);
    }

    [Fact]
    public void Nobody_is_there_and_whoever_comes_back_is_told_all_and_hears_on()
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        call.Listen(story.Generation, 4 * Word);
        call.Session.Detach(call.Client);
        call.Run();
        call.Move(MoveUrgency.WhenWhole, present: false);
        Assert.True(call.Moved!.ClientLost);
        Assert.IsType<SessionEvent.PlayoutPaused>(Assert.Single(call.Moved.Backlog));

        call.Resume(story.Generation, (4 * Word) + 100);
        Assert.Equal(ScriptedResponder.Story, call.Finish(story).Reply);
        Assert.Equal((4 * Word) + 100, call.Client.Frames(story.Generation)[0].Position);
        Assert.Equal(
            [typeof(SessionEvent.PlayoutPaused), typeof(SessionEvent.PlayoutResumed), typeof(SessionEvent.ReplyEnded), typeof(SessionEvent.TurnCompleted)],
            call.Client.Log.Where(sent => !sent.IsFrame).Select(sent => sent.Event!.GetType()));
        call.Orderly();
    }

    [Fact]
    public void Who_does_not_come_back_is_waited_for_no_longer_than_without_the_move()
    {
        using var call = new MovingCall();
        call.Finish(call.Ask("one"));
        call.Session.Detach(call.Client);
        call.Run();
        call.Time.Advance(TimeSpan.FromSeconds(20));
        call.Move(MoveUrgency.Now, present: false);
        call.Time.Advance(TimeSpan.FromSeconds(9));
        call.Run();
        Assert.Null(call.Host.Reason);
        call.Time.Advance(TimeSpan.FromSeconds(1));
        call.Run();
        Assert.Equal("client_lost", call.Host.Reason);
    }

    [Fact]
    public void A_client_that_was_lost_on_the_way_is_waited_for()
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        call.Listen(story.Generation, 3 * Word);
        call.Move(MoveUrgency.WhenWhole, present: false);
        call.Time.Advance(TimeSpan.FromSeconds(10));
        call.Run();
        call.Resume(story.Generation, 3 * Word);
        Assert.Equal(ScriptedResponder.Story, call.Finish(story).Reply);
        call.Orderly();
    }

    [Fact]
    public void Whoever_is_to_be_let_go_after_the_reply_is_let_go_there()
    {
        using var call = new MovingCall(Caller.AtPace with { Settings = new() { Responder = "hangup" } });
        var goodbye = call.Ask("stop");
        call.Move(MoveUrgency.WhenWhole);
        Assert.Equal("Goodbye then.", call.Finish(goodbye).Reply);
        var asked = Assert.Single(call.Client.All<SessionEvent.ActionRequested>());
        Assert.Equal(("hangup", "Monday"), (asked.Name, asked.Values!["day"]));
        Assert.Equal("hangup: done", call.Await<SessionEvent.Closed>().Reason);
        call.Orderly();
    }

    [Fact]
    public void Keys_that_count_are_known_there_too()
    {
        using var call = new MovingCall(Caller.AtPace with { Caller = new CallerInfo { Number = "100" }, Settings = new() { Responder = "keys" } });
        Assert.Equal("You are 100.", call.Finish(call.Ask("one")).Reply);
        var told = Assert.Single(call.Client.All<SessionEvent.KeysWanted>());
        call.Move(MoveUrgency.WhenQuiet, present: false);
        call.Resume(0, 0);
        Assert.Equal(told with { At = 0 }, call.Await<SessionEvent.KeysWanted>() with { At = 0 });
        Assert.Equal("You are 100.", call.Finish(call.Ask("two")).Reply);
        call.Orderly();
    }

    [Fact]
    public void Replies_asked_for_are_given_there_as_they_were_asked_for()
    {
        using var call = new MovingCall(Caller.AtPace with { Settings = new() { TurnTaking = "manual" } });
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "one", Instructions = "First." }));
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "two", Instructions = "Second." }));
        Assert.Null(call.Session.Answer(new ReplyRequest { Text = "three", Instructions = "Third." }));
        var first = call.Await<SessionEvent.ReplyStarted>();
        call.Until(() => call.TextOf(first.Generation).EndsWith('.') && call.SentTo(first.Generation) > 0);
        call.Move(MoveUrgency.WhenWhole);
        Assert.Equal("You said one.", call.Finish(first).Reply);
        Assert.Equal("You said two.", call.Finish(call.Await<SessionEvent.ReplyStarted>(next => next.Turn == 2)).Reply);
        Assert.Equal("You said three.", call.Finish(call.Await<SessionEvent.ReplyStarted>(next => next.Turn == 3)).Reply);
        Assert.Equal([("two", "Second."), ("three", "Third.")], call.Script.Turns.Select(turn => (turn.UserText, turn.Instructions)));
        call.Orderly();
    }

    [Fact]
    public void The_dialog_goes_on_in_its_own_state()
    {
        using var call = new MovingCall(Caller.AtPace with { Settings = new() { Responder = "flow" } });
        call.Finish(call.Ask("one"));
        var second = call.Ask("two");
        call.Listen(second.Generation, Word);
        call.Move(MoveUrgency.WhenWhole);
        Assert.Equal("That is number 2.", call.Finish(second).Reply);
        call.Move(MoveUrgency.WhenQuiet);
        Assert.Equal("That is number 3.", call.Finish(call.Ask("three")).Reply);
        call.Orderly();
    }
}
