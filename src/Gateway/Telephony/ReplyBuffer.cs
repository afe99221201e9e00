namespace Conversation.Gateway.Telephony;

/// <summary>
/// What a session wants said and has not been heard: samples by their position in the reply. Three places in it: heard up to, sent up to, and
/// the end. What was sent is kept until it was heard, so that a flushed carrier can be sent it again. One reply at a time; not thread-safe.
/// </summary>
internal sealed class ReplyBuffer(int capacity)
{
    private readonly short[] ring = new short[capacity];
    private long? total;

    /// <summary>The reply it holds; -1 before the first.</summary>
    public int Generation { get; private set; } = -1;

    /// <summary>Heard up to this sample of the reply.</summary>
    public long Heard { get; private set; }

    /// <summary>Sent to the carrier up to this sample.</summary>
    public long Sent { get; private set; }

    /// <summary>Here up to this sample.</summary>
    public long End { get; private set; }

    /// <summary>True once all of the reply is here and was heard.</summary>
    public bool IsHeard => total == Heard;

    /// <summary>Takes more of a reply; false where it does not fit. A newer reply drops the older.</summary>
    public bool TryAdd(int generation, long position, ReadOnlySpan<short> pcm)
    {
        if (generation < Generation)
        {
            return true;
        }

        if (generation > Generation)
        {
            Begin(generation);
        }

        if (position != End)
        {
            // The session goes on elsewhere in the reply: so does this.
            Heard = Sent = End = position;
        }

        if (End + pcm.Length - Heard > ring.Length)
        {
            return false;
        }

        foreach (var sample in pcm)
        {
            ring[End++ % ring.Length] = sample;
        }

        return true;
    }

    /// <summary>A new reply begins.</summary>
    public void Begin(int generation)
    {
        if (generation > Generation)
        {
            Generation = generation;
            Heard = Sent = End = 0;
            total = null;
        }
    }

    /// <summary>The reply holds so many samples in all.</summary>
    public void EndsAt(int generation, long samples)
    {
        if (generation == Generation)
        {
            total = samples;
        }
    }

    /// <summary>Fills a frame with what is next, and silence after the reply's last sample. Without <see cref="Take"/> the next read gives the same. False where there is no whole frame and more is to come, or nothing.</summary>
    public bool TryRead(Span<short> frame)
    {
        var count = (int)Math.Min(frame.Length, End - Sent);
        if (count == 0 || (count < frame.Length && End != total))
        {
            return false;
        }

        for (var n = 0; n < count; n++)
        {
            frame[n] = ring[(Sent + n) % ring.Length];
        }

        frame[count..].Clear();
        return true;
    }

    /// <summary>What was sent and not yet heard, from this sample on; how much of it.</summary>
    public int ReadSent(long from, Span<short> pcm)
    {
        var count = (int)Math.Min(pcm.Length, Sent - from);
        for (var n = 0; n < count; n++)
        {
            pcm[n] = ring[(from + n) % ring.Length];
        }

        return count;
    }

    /// <summary>What was read last has been sent.</summary>
    public void Take(int samples) => Sent = Math.Min(End, Sent + samples);

    /// <summary>So many samples more of what was sent have been heard.</summary>
    public void Play(int samples) => Heard = Math.Min(Sent, Heard + samples);

    /// <summary>Heard up to this sample, as the carrier says.</summary>
    public void PlayedTo(int generation, long position)
    {
        if (generation == Generation)
        {
            Heard = Math.Max(Heard, Math.Min(position, Sent));
        }
    }

    /// <summary>What was sent and not heard is to be sent again.</summary>
    public void Rewind() => Sent = Heard;

    /// <summary>Nothing more of this reply or those before it.</summary>
    public void Cancel(int generation)
    {
        if (generation >= Generation)
        {
            Generation = generation;
            Sent = End = Heard;
            total = null;
        }
    }
}
