namespace Conversation.Gateway.Realtime.Talk;

/// <summary>
/// The caller's audio on its way to the session. A client may append minutes at once; the session hears no more than twice real time, for a
/// conversation is about pauses. Bounded; not thread-safe.
/// </summary>
internal sealed class PacedInput(int rate, TimeSpan most)
{
    private const double BurstSeconds = 0.5;
    private const int FrameMs = 100;
    private readonly LinkedList<(ArraySegment<short> Pcm, bool? EndTurn)> waiting = new();
    private readonly long mostSamples = (long)(most.TotalSeconds * rate);
    private double allowance = BurstSeconds * rate;
    private TimeSpan last;

    /// <summary>How many times real time it goes.</summary>
    public double Factor { get; set; } = 2;

    /// <summary>Ends of turns that wait.</summary>
    public int Ends => waiting.Count(entry => entry.EndTurn is not null);

    /// <summary>Those of them that are kept.</summary>
    public int Kept => waiting.Count(entry => entry.EndTurn is true);

    /// <summary>Samples that wait.</summary>
    public long Waiting { get; private set; }

    /// <summary>Takes audio; false where there is no room for it.</summary>
    public bool TryAdd(short[] pcm)
    {
        if (Waiting + pcm.Length > mostSamples)
        {
            return false;
        }

        if (pcm.Length > 0)
        {
            waiting.AddLast((pcm, null));
            Waiting += pcm.Length;
        }

        return true;
    }

    /// <summary>The turn ends behind what waits, or is thrown away with it.</summary>
    public void End(bool keep)
    {
        if (!keep)
        {
            Clear();
        }

        if (keep || waiting.Last is not { Value.EndTurn: false })
        {
            waiting.AddLast(([], keep));
        }
    }

    /// <summary>The next piece that may go now, of 100 ms at most, or the end of a turn; both empty for none.</summary>
    public (ArraySegment<short> Pcm, bool? EndTurn) Take(TimeSpan now)
    {
        allowance = Math.Min(BurstSeconds * rate, allowance + ((now - last).TotalSeconds * rate * Factor));
        last = now;
        if (waiting.First is { Value.EndTurn: { } keep })
        {
            waiting.RemoveFirst();
            return ([], keep);
        }

        if (allowance < 1 || waiting.First is not { Value.Pcm: var first })
        {
            return ([], null);
        }

        var length = (int)Math.Min(Math.Min(first.Count, rate * FrameMs / 1_000), allowance);
        var piece = first[..length];
        waiting.RemoveFirst();
        if (length < first.Count)
        {
            waiting.AddFirst((first[length..], null));
        }

        Waiting -= length;
        allowance -= length;
        return (piece, null);
    }

    /// <summary>Drops the audio since the last end of a turn.</summary>
    public void Clear()
    {
        while (waiting.Last is { Value.EndTurn: null })
        {
            Waiting -= waiting.Last.Value.Pcm.Count;
            waiting.RemoveLast();
        }
    }
}
