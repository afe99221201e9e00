namespace Conversation.Inference.Remote;

/// <summary>What a breaker says to the next request.</summary>
internal enum BreakerAnswer
{
    /// <summary>Go.</summary>
    Closed,

    /// <summary>Leave it alone.</summary>
    Open,

    /// <summary>Leave it alone, but try it out on the side: nobody shall wait to learn whether it is back.</summary>
    Trial,
}

/// <summary>Keeps a server that fails from being waited for in each turn. Small and our own: the retries, hedges and pipelines of a library are of no use here, since what stands in is at hand. Thread-safe.</summary>
internal sealed class Breaker(int openAfter, TimeSpan openFor, TimeSpan openForAtMost, TimeProvider time)
{
    private readonly Lock gate = new();
    private int failures;
    private TimeSpan next;
    private long? openedAt;
    private TimeSpan length;
    private bool trying;

    /// <summary>Whether it is open, as metrics and health tell.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return openedAt is not null;
            }
        }
    }

    public BreakerAnswer Ask()
    {
        lock (gate)
        {
            if (openedAt is not { } at)
            {
                return BreakerAnswer.Closed;
            }

            if (trying || time.GetElapsedTime(at) < length)
            {
                return BreakerAnswer.Open;
            }

            trying = true;
            return BreakerAnswer.Trial;
        }
    }

    /// <summary>True where it was open until now.</summary>
    public bool Succeeded()
    {
        lock (gate)
        {
            var was = openedAt is not null;
            (failures, openedAt, trying, next) = (0, null, false, default);
            return was;
        }
    }

    /// <summary>A trial that told nothing.</summary>
    public void Abandoned()
    {
        lock (gate)
        {
            trying = false;
        }
    }

    /// <summary>For how long it opens now, or null where it stays as it was. <paramref name="certain"/>: one such failure says it all. <paramref name="retryAfter"/>: what the server asked for.</summary>
    public TimeSpan? Failed(bool certain, TimeSpan? retryAfter)
    {
        lock (gate)
        {
            failures++;
            if ((openedAt is not null && !trying) || (!certain && failures < openAfter && !trying))
            {
                // A straggler of before it opened, or not enough.
                return null;
            }

            next = next == default ? openFor : next;
            var asked = retryAfter is { } wait && wait > next ? wait : next;
            length = asked < openForAtMost ? asked : openForAtMost;
            next = next * 2 < openForAtMost ? next * 2 : openForAtMost;
            (openedAt, trying) = (time.GetTimestamp(), false);
            return length;
        }
    }
}
