namespace Conversation.Audio;

/// <summary>What became of a frame put into a <see cref="JitterBuffer"/>.</summary>
public enum JitterPut
{
    /// <summary>It waits for its turn.</summary>
    Taken,

    /// <summary>It is already there.</summary>
    Duplicate,

    /// <summary>Its turn has passed.</summary>
    Late,

    /// <summary>It waits; older frames were skipped to make room.</summary>
    TakenAfterSkip,
}

/// <summary>What a <see cref="JitterBuffer"/> gave.</summary>
public enum JitterGet
{
    /// <summary>A frame as it came.</summary>
    Frame,

    /// <summary>A stand-in for a lost or late frame: the last one again, fading out.</summary>
    Concealed,

    /// <summary>Silence: it is gathering frames.</summary>
    Waiting,
}

/// <summary>Counts since the buffer began, in frames.</summary>
public readonly record struct JitterCounts(long Played, long Concealed, long Duplicate, long Late, long Skipped);

/// <summary>
/// Puts numbered frames from a network back into order and gives one for each tick of the receiver's clock. Bounded; allocates nothing per frame. Not thread-safe.
/// A frame that is missing while later ones are there is concealed and passed over; when nothing is there at all the place is kept, so that a mere delay loses nothing.
/// </summary>
public sealed class JitterBuffer
{
    /// <summary>Samples over which a frame is blended in after a stand-in.</summary>
    private const int Blend = 32;

    private readonly JitterBufferOptions _options;
    private readonly short[] _frames;
    private readonly long[] _sequences;
    private readonly short[] _last;
    private long _next = -1;
    private long _passed;
    private int _held;
    private int _gap;
    private bool _reversed;
    private bool _playing;
    private JitterCounts _counts;

    /// <summary>A buffer; throws <see cref="ArgumentException"/> naming every fault of <paramref name="options"/>.</summary>
    public JitterBuffer(JitterBufferOptions? options = null)
    {
        _options = options ?? new JitterBufferOptions();
        if (_options.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }

        _frames = new short[_options.Capacity * _options.FrameSamples];
        _sequences = new long[_options.Capacity];
        _last = new short[_options.FrameSamples];
        _sequences.AsSpan().Fill(-1);
    }

    /// <summary>Frames that wait.</summary>
    public int Held => _held;

    /// <summary>What happened so far.</summary>
    public JitterCounts Counts => _counts;

    /// <summary>Puts the frame numbered <paramref name="sequence"/> (from 0, without wrap: see <see cref="SequenceUnwrapper"/>). A shorter frame is filled up with silence, a longer one is an error of the caller.</summary>
    public JitterPut Put(long sequence, ReadOnlySpan<short> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        if (frame.Length > _options.FrameSamples)
        {
            throw new ArgumentException($"A frame has {_options.FrameSamples} samples, not {frame.Length}.", nameof(frame));
        }

        // Before playout first begins, an earlier frame may still become the first, as long as all that wait stay within the capacity.
        var earlier = _next >= 0 && sequence < _next;
        if (sequence < _passed || (earlier && Newest() - sequence >= _options.Capacity))
        {
            _counts = _counts with { Late = _counts.Late + 1 };
            return JitterPut.Late;
        }

        var slot = Slot(sequence);
        if (_sequences[slot] == sequence)
        {
            _counts = _counts with { Duplicate = _counts.Duplicate + 1 };
            return JitterPut.Duplicate;
        }

        var skipped = false;
        if (_next < 0 || earlier)
        {
            _next = sequence;
        }
        else if (sequence >= _next + _options.Capacity)
        {
            Skip(sequence);
            skipped = true;
        }

        var place = Frame(slot);
        frame.CopyTo(place);
        place[frame.Length..].Clear();
        _sequences[slot] = sequence;
        _held++;
        return skipped ? JitterPut.TakenAfterSkip : JitterPut.Taken;
    }

    /// <summary>Gives the frame for this tick. <paramref name="output"/> must hold a frame.</summary>
    public JitterGet Get(Span<short> output)
    {
        output = output[.._options.FrameSamples];
        if (!_playing)
        {
            if (_held < _options.Target)
            {
                return Conceal(output, JitterGet.Waiting);
            }

            _playing = true;
        }

        var slot = Slot(_next);
        if (_sequences[slot] == _next)
        {
            Frame(slot).CopyTo(output);
            _sequences[slot] = -1;
            _held--;
            _passed = ++_next;
            Resume(output);
            output.CopyTo(_last);
            _counts = _counts with { Played = _counts.Played + 1 };
            return JitterGet.Frame;
        }

        if (_held > 0)
        {
            _passed = ++_next;
        }
        else if (_gap >= _options.Conceal)
        {
            _playing = false;
        }

        _counts = _counts with { Concealed = _counts.Concealed + 1 };
        return Conceal(output, JitterGet.Concealed);
    }

    private JitterGet Conceal(Span<short> output, JitterGet result)
    {
        if (_gap >= _options.Conceal)
        {
            output.Clear();
            _last.AsSpan().Clear();
            _gap++;
            return result;
        }

        // Every other repeat runs backwards, so that no seam between repeats jumps.
        _reversed = !_reversed;
        var length = output.Length * _options.Conceal;
        for (var i = 0; i < output.Length; i++)
        {
            var gain = 1f - ((float)((_gap * output.Length) + i) / length);
            output[i] = (short)(_last[_reversed ? output.Length - 1 - i : i] * gain);
        }

        _gap++;
        return result;
    }

    private void Resume(Span<short> output)
    {
        if (_gap > 0)
        {
            var from = _gap >= _options.Conceal ? 0 : _last[_reversed ? 0 : ^1] * (1f - ((float)_gap / _options.Conceal));
            for (var i = 0; i < Math.Min(Blend, output.Length); i++)
            {
                output[i] = (short)(from + ((output[i] - from) * (i + 1) / Blend));
            }
        }

        _gap = 0;
        _reversed = false;
    }

    /// <summary>Drops what would not fit together with <paramref name="newest"/>; goes on with the oldest that is there.</summary>
    private void Skip(long newest)
    {
        var next = newest;
        for (var slot = 0; slot < _sequences.Length; slot++)
        {
            if (_sequences[slot] > newest - _options.Capacity)
            {
                next = Math.Min(next, _sequences[slot]);
            }
            else if (_sequences[slot] >= 0)
            {
                _sequences[slot] = -1;
                _held--;
            }
        }

        _counts = _counts with { Skipped = _counts.Skipped + next - _next };
        (_next, _passed) = (next, next);
    }

    private long Newest()
    {
        var newest = _next;
        foreach (var sequence in _sequences)
        {
            newest = Math.Max(newest, sequence);
        }

        return newest;
    }

    private int Slot(long sequence) => (int)(sequence % _options.Capacity);

    private Span<short> Frame(int slot) => _frames.AsSpan(slot * _options.FrameSamples, _options.FrameSamples);
}
