namespace Conversation.Gateway.Telephony.Recording;

/// <summary>
/// Two channels on one clock, in samples from the recording's start. What comes in steps is joined where it fits to within <see cref="Tolerance"/>; a gap is silence.
/// The last seconds stay changeable: audio that came late moves back to where it belongs, and what was flushed before it was played is silenced. Not thread-safe.
/// </summary>
internal sealed class StereoTimeline
{
    /// <summary>How far the clock and the samples may differ before the clock counts.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);
    private readonly int rate;
    private readonly long tolerance;
    private readonly Track[] tracks;
    private short[] window;
    private long taken;

    public StereoTimeline(int rate)
    {
        this.rate = rate;
        tolerance = (long)(Tolerance.TotalSeconds * rate);
        window = new short[rate * 2 * 8];
        tracks = [new Track(), new Track()];
    }

    /// <summary>Puts audio where the clock says, or behind what went before it. Audio from before what was taken already is lost.</summary>
    public void Put(CallSide side, long at, ReadOnlySpan<short> pcm)
    {
        var track = tracks[(int)side];
        var start = at;
        if (Math.Abs(at - track.End) <= tolerance && track.End > 0)
        {
            start = track.End;
        }
        else if (at > track.End)
        {
            (track.GapStart, track.SegmentStart) = (track.End, at);
        }
        else
        {
            // More has come than the time allows: what was taken for a gap was a delay.
            MoveBack(side, track, track.End - at);
            start = track.End;
            if (start > at + tolerance)
            {
                // Faster than time, and no gap before it: what is too much is cut off.
                var extra = (int)Math.Min(start - at, pcm.Length);
                pcm = pcm[extra..];
            }
        }

        Write(side, start, pcm);
        track.End = Math.Max(track.End, start + pcm.Length);
    }

    /// <summary>Nothing of this side is there from this time on.</summary>
    public void Drop(CallSide side, long from)
    {
        var track = tracks[(int)side];
        from = Math.Max(from, taken);
        for (var n = from; n < track.End; n++)
        {
            window[((n - taken) * 2) + (int)side] = 0;
        }

        track.End = Math.Min(track.End, from);
    }

    /// <summary>What will not change any more at this time, left and right alternating.</summary>
    public ReadOnlySpan<short> Take(long now) => TakeTo(now - (long)(Kept.TotalSeconds * rate));

    /// <summary>All that is left where this is the end: what the caller has said by then, though it came faster than time, and what was played.</summary>
    public ReadOnlySpan<short> TakeLast(long now)
    {
        Drop(CallSide.Platform, now);
        return TakeTo(Math.Max(now, tracks[(int)CallSide.Caller].End));
    }

    private ReadOnlySpan<short> TakeTo(long until)
    {
        var count = Math.Max(0, until - taken);
        if (count == 0)
        {
            return [];
        }

        Hold(until);
        var settled = window.AsSpan(0, (int)count * 2).ToArray();
        window.AsSpan((int)count * 2).CopyTo(window);
        window.AsSpan(window.Length - ((int)count * 2)).Clear();
        taken = until;
        return settled;
    }

    /// <summary>What may still change, up to this time.</summary>
    public ReadOnlySpan<short> Rest(long now)
    {
        var count = Math.Max(0, now - taken);
        Hold(taken + count);
        return window.AsSpan(0, (int)count * 2);
    }

    /// <summary>Nothing of this side was played for so long from this time on: what lies there is heard later. Should that turn out to be wrong, it moves back as what was delayed does.</summary>
    public void Delay(CallSide side, long from, long by)
    {
        var track = tracks[(int)side];
        from = Math.Max(from <= track.SegmentStart + tolerance ? Math.Min(from, track.SegmentStart) : from, taken);
        if (from >= track.End)
        {
            return;
        }

        Hold(track.End + by);
        var begin = Math.Max(from, track.SegmentStart);
        for (var n = track.End - 1; n >= begin; n--)
        {
            window[((n + by - taken) * 2) + (int)side] = window[((n - taken) * 2) + (int)side];
        }

        for (var n = begin; n < Math.Min(begin + by, track.End); n++)
        {
            window[((n - taken) * 2) + (int)side] = 0;
        }

        (track.GapStart, track.SegmentStart) = (from > track.SegmentStart ? from : track.GapStart, begin + by);
        track.End += by;
    }

    private void MoveBack(CallSide side, Track track, long wanted)
    {
        var gap = track.SegmentStart - Math.Max(track.GapStart, taken);
        if (gap <= 0 || track.SegmentStart < taken)
        {
            return;
        }

        var by = Math.Min(gap, wanted);
        for (var n = track.SegmentStart; n < track.End; n++)
        {
            window[((n - by - taken) * 2) + (int)side] = window[((n - taken) * 2) + (int)side];
        }

        for (var n = track.End - by; n < track.End; n++)
        {
            window[((n - taken) * 2) + (int)side] = 0;
        }

        track.SegmentStart -= by;
        track.End -= by;
    }

    private void Write(CallSide side, long start, ReadOnlySpan<short> pcm)
    {
        Hold(start + pcm.Length);
        for (var n = 0; n < pcm.Length; n++)
        {
            if (start + n >= taken)
            {
                window[((start + n - taken) * 2) + (int)side] = pcm[n];
            }
        }
    }

    private void Hold(long until)
    {
        if ((until - taken) * 2 > window.Length)
        {
            Array.Resize(ref window, (int)Math.Max(window.Length * 2, (until - taken) * 2));
        }
    }

    private sealed class Track
    {
        public long End { get; set; }

        public long GapStart { get; set; }

        public long SegmentStart { get; set; }
    }
}
