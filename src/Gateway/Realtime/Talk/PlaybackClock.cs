namespace Conversation.Gateway.Realtime.Talk;

/// <summary>What a listener who reports nothing has heard: audio plays from when it was sent, and waits where none is left.</summary>
internal sealed class PlaybackClock(int rate)
{
    private long total;
    private long from;
    private TimeSpan since;
    private long? stopped;

    /// <summary>So many samples more were sent.</summary>
    public void Add(int samples, TimeSpan now)
    {
        if (Position(now) >= total)
        {
            (from, since) = (total, now);
        }

        total += samples;
    }

    /// <summary>Samples sent.</summary>
    public long Sent => total;

    /// <summary>Whether there is nothing more to be heard of what was sent.</summary>
    public bool IsOver(TimeSpan now) => Position(now) >= total;

    /// <summary>Samples heard.</summary>
    public long Position(TimeSpan now) => stopped ?? Math.Min(total, from + (long)((now - since).TotalSeconds * rate));

    /// <summary>The listener stopped here.</summary>
    public void Stop(long at) => stopped = Math.Min(at, total);
}
