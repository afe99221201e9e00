using Conversation.Dialog;
using Conversation.Speech;

namespace Conversation.Sessions.Pump;

/// <summary>What outlives a turn: who it is, the conversation as it was heard, the dialog's state, the client's choices. Written at turn boundaries.</summary>
internal sealed class SessionTranscript(string id, string tenant, SessionSettings settings, string defaultResponder, Action changed)
{
    private readonly Lock gate = new();
    private readonly Lock telling = new();
    private readonly List<TurnLine> turns = [];
    private readonly Queue<(int Turns, Action Tell)> untold = new();
    private SessionSettings settings = settings;
    private string? dialogState;
    private IReadOnlyList<DialogLine> history = [];

    public string Id { get; } = id;

    public string Tenant { get; } = tenant;

    public SessionSettings Settings
    {
        get
        {
            lock (gate)
            {
                return settings;
            }
        }

        set
        {
            lock (gate)
            {
                settings = value;
            }

            changed();
        }
    }

    public string Responder => Settings.Responder ?? defaultResponder;

    public SpeakingStyle Style => new(Settings.Tier ?? "fast", Settings.Voice ?? "", Settings.Speed ?? 1);

    public string? DialogState
    {
        get
        {
            lock (gate)
            {
                return dialogState;
            }
        }
    }

    public IReadOnlyList<DialogLine> History
    {
        get
        {
            lock (gate)
            {
                return history;
            }
        }
    }

    /// <summary>What was said after turn <paramref name="turn"/>.</summary>
    public IReadOnlyList<DialogLine> HistoryAfter(int turn)
    {
        lock (gate)
        {
            return [.. turns.Where(line => line.Turn > turn).Select(Line)];
        }
    }

    public IReadOnlyList<TurnLine> Turns
    {
        get
        {
            lock (gate)
            {
                return [.. turns];
            }
        }
    }

    public void Restore(IEnumerable<TurnLine> past, string? state)
    {
        lock (gate)
        {
            turns.AddRange(past);
            history = [.. turns.Select(Line)];
            dialogState = state;
        }
    }

    public void Adopt(string? state)
    {
        lock (gate)
        {
            dialogState = state ?? dialogState;
        }
    }

    /// <summary>A turn is over. <paramref name="tell"/> is called once it is written: what a client was told of as completed is not lost with this process.</summary>
    public void Add(TurnLine turn, Action tell)
    {
        lock (gate)
        {
            turns.Add(turn);
            history = [.. history, Line(turn)];
            untold.Enqueue((turns.Count, tell));
        }

        changed();
    }

    /// <summary>Whether a turn is over that was not told yet, as it is still being written.</summary>
    public bool HasUntold
    {
        get
        {
            lock (gate)
            {
                return untold.Count > 0;
            }
        }
    }

    /// <summary>How many of the last turns were not told yet; another host tells them.</summary>
    public int TakeUntold()
    {
        lock (telling)
        {
            lock (gate)
            {
                var count = untold.Count;
                untold.Clear();
                return count;
            }
        }
    }

    /// <summary>Another host has not told the last <paramref name="count"/> turns: it is done here, once they are written.</summary>
    public void Retell(int count, Action<TurnLine> tell)
    {
        if (count == 0)
        {
            return;
        }

        lock (gate)
        {
            for (var i = turns.Count - count; i < turns.Count; i++)
            {
                var turn = turns[i];
                untold.Enqueue((i + 1, () => tell(turn)));
            }
        }

        changed();
    }

    /// <summary>Calls <paramref name="tell"/> once all turns so far are written and told.</summary>
    public void AfterTurns(Action tell)
    {
        lock (telling)
        {
            lock (gate)
            {
                if (untold.Count > 0)
                {
                    untold.Enqueue((turns.Count, tell));
                    return;
                }
            }

            tell();
        }
    }

    /// <summary>The first <paramref name="count"/> turns are written, or never will be.</summary>
    public void Written(int count)
    {
        lock (telling)
        {
            while (true)
            {
                Action tell;
                lock (gate)
                {
                    if (!untold.TryPeek(out var next) || next.Turns > count)
                    {
                        return;
                    }

                    tell = untold.Dequeue().Tell;
                }

                tell();
            }
        }
    }

    /// <summary>The caller's wall clock, in the caller's zone where it was told.</summary>
    public TimeProvider ClockFor(TimeProvider time) =>
        Settings.TimeZone is { Length: > 0 } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? new ZonedTime(time, found) : time;

    private static DialogLine Line(TurnLine turn) => new(turn.User, turn.Reply, turn.Interrupted);

    private sealed class ZonedTime(TimeProvider inner, TimeZoneInfo zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => zone;

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
