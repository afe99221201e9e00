using Conversation.Core.Endpointing;

namespace Conversation.Core.Tests.Parts;

public sealed class SessionCoreTests
{
    private readonly List<SessionOutput> _told = [];
    private long _position;
    private TimeSpan _now;

    [Fact]
    public void A_reply_that_is_stopped_ends_its_turn_where_it_was_heard_and_once()
    {
        var core = new SessionCore(new CoreOptions { Greet = false });
        List<SessionOutput> told = [];
        foreach (var input in new[]
        {
            SessionInput.Opened(), SessionInput.Stopped(), SessionInput.Typed("hello"),
            SessionInput.ReplyText(1, "one two"), SessionInput.ReplyAudio(1, new(48_000), [new("one", new(0), new(24_000)), new("two", new(24_000), new(48_000))]),
            SessionInput.Played(1, new(24_000)), SessionInput.Stopped(), SessionInput.Stopped(),
        })
        {
            core.Handle(input, TimeSpan.FromSeconds(1));
            while (core.TryTake(out var output))
            {
                told.Add(output);
            }
        }

        Assert.Equal(new SessionOutput.CancelReply(1, CancelReason.Interrupted), Assert.Single(told.OfType<SessionOutput.CancelReply>()));
        Assert.Equal(new SessionOutput.TurnCompleted(1, "hello", "one", true), Assert.Single(told.OfType<SessionOutput.TurnCompleted>()));
    }

    [Fact]
    public void Nothing_is_heard_before_it_opens_or_after_it_closes()
    {
        var core = new SessionCore(new());
        Feed(core, SessionInput.Typed("hello"));
        Assert.Empty(_told);
        Assert.Null(core.NextDeadline);
        Feed(core, SessionInput.CloseRequested("no need"));
        Feed(core, SessionInput.Opened());
        Assert.Equal([new SessionOutput.Closed("no need")], _told);
    }

    [Fact]
    public void A_restored_session_does_not_greet_and_counts_on()
    {
        var core = new SessionCore(new() { TurnsBefore = 7 });
        Feed(core, SessionInput.Opened(restored: true));
        Feed(core, SessionInput.Opened());
        Assert.Empty(_told);
        Feed(core, SessionInput.Typed("hello"));
        Assert.Contains(new SessionOutput.CommitReply(1, 8), _told);
    }

    [Fact]
    public void Changed_options_hold_from_the_next_turn_on()
    {
        var core = new SessionCore(new() { Greet = false });
        Feed(core, SessionInput.Opened());
        Turn(core, 1);
        core.Configure(new() { Greet = false, Endpointing = EndpointingOptions.Patient });
        Assert.Equal(320, Latency());
        Feed(core, SessionInput.ReplyEnded(1, new(0)));
        Turn(core, 2);
        Assert.Equal(480, Latency());
    }

    [Fact]
    public void The_clock_never_goes_back()
    {
        var core = new SessionCore(new());
        core.Handle(SessionInput.Opened(), TimeSpan.FromSeconds(5));
        var deadline = core.NextDeadline;
        core.Handle(SessionInput.Tick(), TimeSpan.FromSeconds(1));
        Assert.Equal(deadline, core.NextDeadline);
    }

    [Fact]
    public void Slow_recognition_is_asked_less()
    {
        int Asked(int delay)
        {
            var core = new SessionCore(new() { Greet = false });
            _told.Clear();
            _position = 0;
            _now = TimeSpan.Zero;
            Feed(core, SessionInput.Opened());
            var due = new Queue<(TimeSpan At, int Request)>();
            var count = 0;
            for (var i = 0; i < 300; i++)
            {
                Window(core, 0.95f);
                if (due.TryPeek(out var next) && next.At <= _now)
                {
                    due.Dequeue();
                    Feed(core, SessionInput.Recognized(next.Request, "word " + i));
                }

                foreach (var asked in _told.OfType<SessionOutput.Recognize>().Skip(count))
                {
                    count++;
                    due.Enqueue((_now + TimeSpan.FromMilliseconds(delay), asked.Request));
                }
            }

            return count;
        }

        Assert.InRange(Asked(50), 14, 18);
        Assert.InRange(Asked(600), 6, 9);
    }

    private void Turn(SessionCore core, int request)
    {
        _told.Clear();
        for (var i = 0; i < 8; i++)
        {
            Window(core, 0.95f);
        }

        for (var i = 0; i < 30; i++)
        {
            Window(core, 0.02f);
            if (_told.LastOrDefault() is SessionOutput.Recognize asked)
            {
                Feed(core, SessionInput.Recognized(asked.Request, "Could you tell me when you open?"));
            }
        }

        Feed(core, SessionInput.ReplyAudio(request, new(24_000), []));
    }

    private double Latency() => _told.OfType<SessionOutput.HypothesisFinal>().Count() == 1 ? CommittedAt : -1;

    private double CommittedAt { get; set; }

    private void Window(SessionCore core, float probability)
    {
        _position += 512;
        _now += TimeSpan.FromMilliseconds(32);
        Feed(core, SessionInput.SpeechScored(new(_position), probability, -20));
    }

    private void Feed(SessionCore core, SessionInput input)
    {
        core.Handle(input, _now);
        while (core.TryTake(out var output))
        {
            _told.Add(output);
            if (output is SessionOutput.TurnMeasured measured)
            {
                CommittedAt = measured.SpeechEndToCommit.TotalMilliseconds;
            }
        }
    }
}
