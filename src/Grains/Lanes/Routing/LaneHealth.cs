namespace Conversation.Grains.Lanes.Routing;

/// <summary>
/// Whether a lane is left alone after a failure. When the rest is over one request tries it while the others still go elsewhere; each failed try doubles the rest.
/// Anything the lane answers well ends the rest at once: it was one request that was bad.
/// </summary>
internal sealed class LaneHealth(LaneRouterOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private int failures;
    private long until;
    private long failedAt;
    private bool trying;

    /// <summary>Whether a request could go there now. Asking changes nothing.</summary>
    public bool IsOpen
    {
        get
        {
            if (IsWell)
            {
                return true;
            }

            lock (gate)
            {
                return time.GetTimestamp() >= until;
            }
        }
    }

    /// <summary>When it last failed, as a timestamp: where every lane rests, the one that failed longest ago is the one to try.</summary>
    public long FailedAt => Volatile.Read(ref failedAt);

    private bool IsWell => Volatile.Read(ref failures) == 0;

    /// <summary>Whether a request may go there now; where it was resting, this request is the one that tries.</summary>
    public bool TryEnter()
    {
        if (IsWell)
        {
            return true;
        }

        lock (gate)
        {
            if (failures > 0 && time.GetTimestamp() < until)
            {
                return false;
            }

            trying = failures > 0;
            until = After(options.RestFor);
            return true;
        }
    }

    /// <summary>It answered. True where it had been resting.</summary>
    public bool Succeeded()
    {
        if (IsWell)
        {
            return false;
        }

        lock (gate)
        {
            var rested = failures > 0;
            (failures, trying) = (0, false);
            return rested;
        }
    }

    /// <summary>It failed. How long it is left alone; null where another request's failure has already told so.</summary>
    public TimeSpan? Failed()
    {
        lock (gate)
        {
            failedAt = time.GetTimestamp();
            if (failures > 0 && !trying && failedAt < until)
            {
                return null;
            }

            var rest = options.RestFor * Math.Pow(2, Math.Min(failures, 30));
            rest = rest > options.RestAtMost ? options.RestAtMost : rest;
            (failures, trying, until) = (failures + 1, false, After(rest));
            return rest;
        }
    }

    /// <summary>The request ended without telling anything of the lane (it was cancelled, or the lane was full): the next may try.</summary>
    public void Left()
    {
        lock (gate)
        {
            if (trying)
            {
                (trying, until) = (false, time.GetTimestamp());
            }
        }
    }

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
