using System.Text.Json;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Core.Endpointing;
using Conversation.Sessions.Moving;
using Conversation.Sessions.Store;

namespace Conversation.Sessions.Tests.Moving;

/// <summary>When a session moves at all, and what it takes along.</summary>
public sealed class MoveRefusedTests
{
    private const int Word = MovingCall.Word;

    [Fact]
    public void Not_quiet_it_does_not_move_when_it_may_wait()
    {
        using var call = new MovingCall();
        call.Say("what");
        Assert.Null(Frozen(call, MoveUrgency.WhenQuiet));
        call.Quiet(100);
        Assert.Null(Frozen(call, MoveUrgency.WhenQuiet));
        call.Quiet(1_600);
        var reply = call.Await<SessionEvent.ReplyStarted>();
        Assert.Null(Frozen(call, MoveUrgency.WhenQuiet));
        call.Finish(reply);
        Assert.NotNull(Frozen(call, MoveUrgency.WhenQuiet));
    }

    [Fact]
    public void Refused_it_goes_on_here_as_if_nobody_had_asked()
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        call.Listen(story.Generation, 2 * Word);
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(Frozen(call, MoveUrgency.WhenQuiet));
        }

        Assert.Equal(ScriptedResponder.Story, call.Finish(story).Reply);
        call.Orderly();
    }

    [Fact]
    public void Frozen_it_does_nothing_more_here()
    {
        using var call = new MovingCall();
        var story = call.Ask("tell me a story");
        call.Listen(story.Generation, 2 * Word);
        SessionMove? move = null;
        call.Until(() => (move = Frozen(call, MoveUrgency.WhenWhole)) is not null);
        Assert.Null(Frozen(call, MoveUrgency.Now));
        var before = call.Client.Log.Count;
        call.Session.PushAudio(0, SpokenWords.Say("stop"));
        call.Session.Type("one");
        call.Session.Played(story.Generation, 40 * Word);
        call.Session.Close("client");
        call.Time.Advance(TimeSpan.FromSeconds(60));
        call.Run();
        Assert.Equal(before, call.Client.Log.Count);
        Assert.Null(call.Host.Reason);
    }

    [Fact]
    public void Closed_it_does_not_move()
    {
        using var call = new MovingCall();
        call.Session.Close("client");
        Assert.Null(Frozen(call, MoveUrgency.Now));
        Assert.Equal("client", call.Host.Reason);
    }

    [Fact]
    public void A_reply_being_made_is_waited_for_and_cut_where_there_is_no_time()
    {
        using var call = new MovingCall();
        call.Script.SpeakerHoldsFrom = 2;
        call.Script.Speaking.Hold();
        Assert.Null(call.Session.Type("tell me a story"));
        var story = call.Await<SessionEvent.ReplyStarted>();
        call.Until(() => call.Script.Speaking.IsWaitedAt);
        call.Listen(story.Generation, 3 * Word);
        Assert.Null(Frozen(call, MoveUrgency.WhenWhole));

        var old = call.Script;
        call.Move(MoveUrgency.Now);
        old.Speaking.Release();
        var done = call.Finish(story);
        Assert.Equal(("Once upon a time, there was a fox,", true), (done.Reply, done.Interrupted));
        Assert.Equal(8 * Word, Assert.Single(call.Client.All<SessionEvent.ReplyEnded>()).Samples);
        Assert.Equal("You said one.", call.Finish(call.Ask("one")).Reply);
        Assert.Equal("Once upon a time, there was a fox,", call.Script.Turns.Last().History[0].ReplyHeard);
        call.Orderly();
    }

    [Fact]
    public void A_reply_cut_on_the_way_and_spoken_over_there_is_known_as_it_was_heard()
    {
        using var call = new MovingCall();
        call.Script.SpeakerHoldsFrom = 2;
        call.Script.Speaking.Hold();
        Assert.Null(call.Session.Type("tell me a story"));
        var story = call.Await<SessionEvent.ReplyStarted>();
        call.Until(() => call.Script.Speaking.IsWaitedAt);
        call.Listen(story.Generation, 5 * Word);
        call.Move(MoveUrgency.Now);
        Assert.Null(call.Session.Type("one"));
        Assert.Equal("Once upon a time, there", call.Await<SessionEvent.TurnCompleted>().Reply);
    }

    [Fact]
    public void A_turn_whose_answer_has_not_begun_is_not_lost_for_want_of_time()
    {
        using var call = new MovingCall();
        call.Script.Speaking.Hold();
        Assert.Null(call.Session.Type("one"));
        var started = call.Await<SessionEvent.ReplyStarted>();
        call.Until(() => call.Script.Speaking.IsWaitedAt);
        Assert.Null(Frozen(call, MoveUrgency.Now));
        call.Script.Speaking.Release();
        call.Move(MoveUrgency.WhenWhole);
        Assert.Equal("You said one.", call.Finish(started).Reply);
        call.Orderly();
    }

    [Fact]
    public void A_turn_that_is_not_written_yet_is_written_and_told_there()
    {
        using var call = new MovingCall();
        call.Host.Writes = false;
        var reply = call.Ask("one");
        call.Listen(reply.Generation, 3 * Word);
        call.Until(() => call.Session.Transcript.HasUntold);
        Assert.True(call.Session.Pump.IsQuiet);
        Assert.Null(Frozen(call, MoveUrgency.WhenQuiet));

        var left = call.Session;
        call.Move(MoveUrgency.WhenWhole);
        Assert.Equal("You said one.", call.Await<SessionEvent.TurnCompleted>().Reply);
        left.Written(int.MaxValue, last: false);
        Assert.Single(call.Client.All<SessionEvent.TurnCompleted>());
        call.Orderly();
    }

    [Fact]
    public void Settings_made_just_before_hold_there()
    {
        using var call = new MovingCall();
        Assert.Null(call.Session.Configure(new SessionSettings { Endpointing = "quick", Responder = "flow", Voice = "ben" }));
        call.Move(MoveUrgency.WhenQuiet);
        Assert.Equal(EndpointingOptions.Quick, call.Moved!.Core.Baseline.Options.Endpointing);
        Assert.Equal("That is number 1.", call.Finish(call.Ask("one")).Reply);
        Assert.Equal("ben", call.Script.Styles.Single().Voice);
    }

    [Fact]
    public void What_goes_along_is_small()
    {
        using var call = new MovingCall();
        for (var turn = 0; turn < 10; turn++)
        {
            call.Say("what time is it");
            call.Quiet(1_600);
            call.Finish(call.Await<SessionEvent.ReplyStarted>(started => started.Turn == turn + 1));
            call.Quiet(500);
        }

        var quiet = JsonSerializer.SerializeToUtf8Bytes(Settled(call, MoveUrgency.WhenQuiet));
        Assert.InRange(quiet.Length, 1_000, 200_000);

        // A story that has just begun, and somebody who speaks over it: about as much as there can be.
        using var busy = new MovingCall();
        busy.Say("tell me a story");
        busy.Quiet(1_000);
        busy.Listen(busy.Await<SessionEvent.ReplyStarted>().Generation, Word);
        busy.Say("mhm");
        var move = JsonSerializer.SerializeToUtf8Bytes(Settled(busy, MoveUrgency.WhenWhole));
        Assert.InRange(move.Length, 100_000, 1_500_000);
    }

    [Fact]
    public void What_is_kept_of_a_session_reads_as_it_was_written()
    {
        using var call = new MovingCall(Caller.AtPace with { Tenant = "small", Settings = new() { Responder = "flow", Speed = 1.25f, TimeZone = "Europe/Berlin" } });
        call.Finish(call.Ask("one"));
        call.Finish(call.Ask("two"));
        var record = call.Session.Record(1_234);
        var read = JsonSerializer.Deserialize<SessionRecord>(JsonSerializer.Serialize(record))!;
        Assert.Equal(record.Turns, read.Turns);
        Assert.Equal(record with { Turns = [] }, read with { Turns = [] });
        Assert.Equal(("s-moving", "small", "flow", "2", 2), (read.Id, read.Tenant, read.Responder, read.DialogState, read.Turns.Count));
    }

    private static SessionMove? Frozen(MovingCall call, MoveUrgency urgency) => call.Session.TryFreeze(urgency, call.Time);

    private static SessionMove Settled(MovingCall call, MoveUrgency urgency)
    {
        SessionMove? move = null;
        call.Until(() => (move = Frozen(call, urgency)) is not null);
        return move!;
    }
}
