using System.Numerics;

namespace Conversation.Audio;

/// <summary>
/// What <see cref="SampleRing.CopyTo(long, long, Span{float})"/> copied: <paramref name="Count"/> samples from position <paramref name="Start"/>.
/// <paramref name="Lost"/>: asked for, but no longer held. <paramref name="Missing"/>: asked for, but not yet come.
/// </summary>
public readonly record struct RingCopy(long Start, int Count, long Lost, long Missing)
{
    /// <summary>Whether all that was asked for was copied.</summary>
    public bool Complete => Lost == 0 && Missing == 0;
}

/// <summary>
/// The recent past of one input stream by absolute position, kept as 16-bit samples. When full, the oldest samples give way.
/// Memory grows (in powers of two) only as far as what is not <see cref="Release">released</see> needs, up to the capacity. Not thread-safe.
/// </summary>
public sealed class SampleRing
{
    private const int FirstSize = 1 << 15;
    private short[] _samples;

    /// <summary>A ring of at most <paramref name="capacity"/> samples whose first sample has the position <paramref name="start"/>. 40 s at 16 kHz are 640,000.</summary>
    public SampleRing(int capacity = 640_000, long start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Capacity = capacity;
        _samples = new short[Math.Min(FirstSize, capacity)];
        (Start, End) = (start, start);
    }

    /// <summary>The most samples it holds.</summary>
    public int Capacity { get; }

    /// <summary>Position of the oldest sample held.</summary>
    public long Start { get; private set; }

    /// <summary>Position after the newest sample: where the next one goes.</summary>
    public long End { get; private set; }

    /// <summary>Appends samples. Of more than the capacity the newest are kept.</summary>
    public void Append(ReadOnlySpan<short> samples)
    {
        samples = Prepare(samples);
        while (!samples.IsEmpty)
        {
            var place = Place(End, samples.Length);
            samples[..place.Length].CopyTo(place);
            samples = samples[place.Length..];
            End += place.Length;
        }
    }

    /// <summary>Appends floats in -1..1, rounded and clipped to 16 bits.</summary>
    public void Append(ReadOnlySpan<float> samples)
    {
        samples = Prepare(samples);
        while (!samples.IsEmpty)
        {
            var place = Place(End, samples.Length);
            Pcm.ToShort(samples[..place.Length], place);
            samples = samples[place.Length..];
            End += place.Length;
        }
    }

    /// <summary>Appends <paramref name="count"/> samples of silence.</summary>
    public void AppendSilence(int count)
    {
        Span<short> zeros = stackalloc short[256];
        zeros.Clear();
        for (; count > 0; count -= zeros.Length)
        {
            Append(zeros[..Math.Min(count, zeros.Length)]);
        }
    }

    /// <summary>What lies before <paramref name="position"/> will not be asked for again. Never goes back, nor beyond <see cref="End"/>.</summary>
    public void Release(long position) => Start = Math.Clamp(position, Start, End);

    /// <summary>Copies what is held of [<paramref name="start"/>, <paramref name="end"/>) to the beginning of <paramref name="output"/> as floats in -1..1, and says what was not held.</summary>
    public RingCopy CopyTo(long start, long end, Span<float> output)
    {
        var copy = Held(start, end, output.Length);
        for (var done = 0; done < copy.Count;)
        {
            var place = Place(copy.Start + done, copy.Count - done);
            Pcm.ToFloat(place, output[done..]);
            done += place.Length;
        }

        return copy;
    }

    /// <summary>As the float overload, in 16 bits.</summary>
    public RingCopy CopyTo(long start, long end, Span<short> output)
    {
        var copy = Held(start, end, output.Length);
        for (var done = 0; done < copy.Count;)
        {
            var place = Place(copy.Start + done, copy.Count - done);
            place.CopyTo(output[done..]);
            done += place.Length;
        }

        return copy;
    }

    private RingCopy Held(long start, long end, int room)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        var from = Math.Clamp(start, Start, End);
        var to = Math.Clamp(end, from, End);
        if (to - from > room)
        {
            throw new ArgumentException($"The output holds {room} samples, but {to - from} are to be copied.", "output");
        }

        return new RingCopy(from, (int)(to - from), Math.Max(0, Math.Min(end, Start) - start), Math.Max(0, end - Math.Max(start, End)));
    }

    private ReadOnlySpan<T> Prepare<T>(ReadOnlySpan<T> samples)
    {
        if (samples.Length > Capacity)
        {
            End += samples.Length - Capacity;
            Start = End;
            samples = samples[^Capacity..];
        }

        Grow(End - Start + samples.Length);
        Start = Math.Max(Start, End + samples.Length - _samples.Length);
        return samples;
    }

    private void Grow(long needed)
    {
        if (needed <= _samples.Length || _samples.Length == Capacity)
        {
            return;
        }

        var grown = new short[Math.Min(Capacity, (long)BitOperations.RoundUpToPowerOf2((ulong)needed))];
        for (var at = Start; at < End;)
        {
            var part = Place(at, (int)(End - at));
            var offset = (int)(at % grown.Length);
            part = part[..Math.Min(part.Length, grown.Length - offset)];
            part.CopyTo(grown.AsSpan(offset));
            at += part.Length;
        }

        _samples = grown;
    }

    private Span<short> Place(long position, int count)
    {
        var offset = (int)(position % _samples.Length);
        return _samples.AsSpan(offset, Math.Min(count, _samples.Length - offset));
    }
}
