namespace Conversation.Gateway.Realtime.Talk;

/// <summary>
/// The caller's audio on its way to the session. A client may append minutes at once; the session hears no more than twice real time, for a
/// conversation is about pauses. Bounded; not thread-safe.
/// </summary>
internal sealed class PacedInput(int rate, TimeSpan most)
{
    private const double Factor = 2;
    private const double BurstSeconds = 0.5;
    private const int FrameMs = 100;
    private readonly LinkedList<ArraySegment<short>> waiting = new();
    private readonly long mostSamples = (long)(most.TotalSeconds * rate);
    private double allowance = BurstSeconds * rate;
    private TimeSpan last;

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
            waiting.AddLast(pcm);
            Waiting += pcm.Length;
        }

        return true;
    }

    /// <summary>The next piece that may go now, of 100 ms at most; empty for none.</summary>
    public ArraySegment<short> Take(TimeSpan now)
    {
        allowance = Math.Min(BurstSeconds * rate, allowance + ((now - last).TotalSeconds * rate * Factor));
        last = now;
        if (allowance < 1 || waiting.First is not { Value: var first })
        {
            return [];
        }

        var length = (int)Math.Min(Math.Min(first.Count, rate * FrameMs / 1_000), allowance);
        var piece = first[..length];
        waiting.RemoveFirst();
        if (length < first.Count)
        {
            waiting.AddFirst(first[length..]);
        }

        Waiting -= length;
        allowance -= length;
        return piece;
    }

    public void Clear()
    {
        waiting.Clear();
        Waiting = 0;
    }
}
