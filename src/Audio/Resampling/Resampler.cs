namespace Conversation.Audio;

/// <summary>
/// Converts a stream from one sample rate to another with a polyphase windowed sinc: pass band to 0.44 of the lower rate within 0.01 dB, stop band from 0.5 of it at -80 dB.
/// <para>Output sample k lies at input time k · from / to exactly, so positions convert by the ratio alone and never drift. An output comes once the input to its right is there:
/// <see cref="Latency"/> is 48 samples of the lower rate, rounded up to 8 input samples (3 ms at 16 kHz, 6 ms at 8 kHz, 2 ms at 24 kHz). After <see cref="Flush(Span{float})"/> a stream of n input samples has given ceil(n · to / from).</para>
/// <para>The output does not depend on how the input is cut into chunks, bit for bit. Nothing is allocated per call. Not thread-safe: one stream, one instance.</para>
/// </summary>
public sealed class Resampler
{
    private const int Block = 512;

    private readonly ResamplerFilter? _filter;
    private readonly float[] _buffer;
    private readonly float[] _scratch;
    private int _buffered;
    private long _bufferStart;
    private long _nextInput;
    private int _phase;
    private long _taken;
    private long _given;

    /// <summary>A resampler from <paramref name="from"/> to <paramref name="to"/> hertz; both must be <see cref="Supports">supported</see>. Equal rates copy.</summary>
    public Resampler(int from, int to)
    {
        Check(from, nameof(from));
        Check(to, nameof(to));
        (From, To) = (from, to);
        _filter = from == to ? null : ResamplerFilter.For(from, to);
        _buffer = new float[_filter is null ? Block : _filter.Taps + Block];
        _scratch = new float[Math.Max(Block, MaxOutput(Block))];
        Reset();
    }

    /// <summary>The rates that are supported, in hertz.</summary>
    public static ReadOnlySpan<int> Rates => [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

    /// <summary>Rate of the input, in hertz.</summary>
    public int From { get; }

    /// <summary>Rate of the output, in hertz.</summary>
    public int To { get; }

    /// <summary>How far the output is behind the input.</summary>
    public TimeSpan Latency => _filter is null ? TimeSpan.Zero : TimeSpan.FromSeconds((double)_filter.Half / From);

    /// <summary>Input samples taken since the stream began.</summary>
    public long InputPosition => _taken;

    /// <summary>Output samples given since the stream began.</summary>
    public long OutputPosition => _given;

    /// <summary>The most that <see cref="Flush(Span{float})"/> can give.</summary>
    public int MaxFlush => _filter is null ? 0 : MaxOutput(_filter.Half);

    /// <summary>Whether <paramref name="rate"/> hertz can be converted from and to.</summary>
    public static bool Supports(int rate) => Rates.Contains(rate);

    /// <summary>Converts a whole recording; the result has ceil(n · to / from) samples and is in time with the input.</summary>
    public static float[] Convert(ReadOnlySpan<float> input, int from, int to)
    {
        var resampler = new Resampler(from, to);
        var output = new float[((long)input.Length * to + from - 1) / from];
        Span<float> tail = new float[resampler.MaxOutput(0) + resampler.MaxFlush];
        var given = 0;
        for (var at = 0; at < input.Length; at += Block)
        {
            given += resampler.Run(input.Slice(at, Math.Min(Block, input.Length - at)), output.AsSpan(given));
        }

        var rest = resampler.Flush(tail);
        tail[..rest].CopyTo(output.AsSpan(given));
        return output;
    }

    /// <summary>An upper bound of what <see cref="Process(ReadOnlySpan{float}, Span{float})"/> gives for so many input samples.</summary>
    public int MaxOutput(int inputCount) => (int)((((long)inputCount * To) + From - 1) / From) + 1;

    /// <summary>Takes all of <paramref name="input"/>, of any length; writes what can be given and returns how many. <paramref name="output"/> must hold <see cref="MaxOutput"/> samples and must not overlap the input.</summary>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        Needs(output.Length, MaxOutput(input.Length));
        return Run(input, output);
    }

    /// <summary>As the float overload, for 16-bit samples; rounded and clipped.</summary>
    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        Needs(output.Length, MaxOutput(input.Length));
        var given = 0;
        while (!input.IsEmpty)
        {
            var part = input[..Math.Min(Block, input.Length)];
            input = input[part.Length..];
            var count = Run(part, _scratch);
            Pcm.ToShort(_scratch.AsSpan(0, count), output[given..]);
            given += count;
        }

        return given;
    }

    /// <summary>As the float overload, from 16-bit samples to floats in -1..1.</summary>
    public int Process(ReadOnlySpan<short> input, Span<float> output)
    {
        Needs(output.Length, MaxOutput(input.Length));
        var given = 0;
        while (!input.IsEmpty)
        {
            var part = input[..Math.Min(Block, input.Length)];
            input = input[part.Length..];
            given += Run(part, output[given..]);
        }

        return given;
    }

    /// <summary>Ends the stream: writes what the latency held back (at most <see cref="MaxFlush"/>), returns how many, and begins a new stream.</summary>
    public int Flush(Span<float> output)
    {
        if (_filter is null)
        {
            Reset();
            return 0;
        }

        Needs(output.Length, MaxFlush);
        var total = ((_taken * To) + From - 1) / From;
        var given = 0;
        for (var rest = _filter.Half; rest > 0 && _given < total; rest -= Block)
        {
            var zeros = Math.Min(rest, Block);
            Room(zeros).Clear();
            _buffered += zeros;
            given += Drain(output[given..], total);
        }

        Reset();
        return given;
    }

    /// <summary>As the float overload, for 16-bit samples.</summary>
    public int Flush(Span<short> output)
    {
        Needs(output.Length, MaxFlush);
        Span<float> tail = stackalloc float[MaxFlush];
        var given = Flush(tail);
        Pcm.ToShort(tail[..given], output);
        return given;
    }

    /// <summary>Forgets everything and begins a new stream.</summary>
    public void Reset()
    {
        (_taken, _given, _nextInput, _phase) = (0, 0, 0, 0);
        if (_filter is not null)
        {
            // Silence before the first sample, so that output 0 lies on input 0.
            _buffered = _filter.Half - 1;
            _bufferStart = -_buffered;
            _buffer.AsSpan(0, _buffered).Clear();
        }
    }

    private int Run(ReadOnlySpan<float> input, Span<float> output)
    {
        if (_filter is null)
        {
            input.CopyTo(output);
            _taken += input.Length;
            _given += input.Length;
            return input.Length;
        }

        var given = 0;
        while (!input.IsEmpty)
        {
            var part = input[..Math.Min(Block, input.Length)];
            input = input[part.Length..];
            part.CopyTo(Room(part.Length));
            _buffered += part.Length;
            _taken += part.Length;
            given += Drain(output[given..], long.MaxValue);
        }

        return given;
    }

    private int Run(ReadOnlySpan<short> part, Span<float> output)
    {
        _taken += part.Length;
        if (_filter is null)
        {
            Pcm.ToFloat(part, output);
            _given += part.Length;
            return part.Length;
        }

        Pcm.ToFloat(part, Room(part.Length));
        _buffered += part.Length;
        return Drain(output, long.MaxValue);
    }

    /// <summary>Place for so many samples at the end of the buffer, after dropping what no output needs any more.</summary>
    private Span<float> Room(int count)
    {
        var needless = (int)Math.Min(_nextInput - (_filter!.Half - 1) - _bufferStart, _buffered);
        if (needless > 0)
        {
            _buffer.AsSpan(needless, _buffered - needless).CopyTo(_buffer);
            _buffered -= needless;
            _bufferStart += needless;
        }

        return _buffer.AsSpan(_buffered, count);
    }

    private int Drain(Span<float> output, long total)
    {
        var filter = _filter!;
        var given = 0;
        var end = _bufferStart + _buffered;
        while (_nextInput + filter.Half < end && _given < total)
        {
            var at = (int)(_nextInput - (filter.Half - 1) - _bufferStart);
            output[given++] = Kernels.Dot(filter.Phase(_phase), _buffer.AsSpan(at, filter.Taps));
            _given++;
            _phase += filter.Down;
            var step = Math.DivRem(_phase, filter.Up, out _phase);
            _nextInput += step;
        }

        return given;
    }

    private static void Check(int rate, string name)
    {
        if (!Supports(rate))
        {
            throw new ArgumentOutOfRangeException(name, rate, $"The rate is not supported; these are: {string.Join(", ", Rates.ToArray())}.");
        }
    }

    private static void Needs(int have, int need)
    {
        if (have < need)
        {
            throw new ArgumentException($"The output holds {have} samples, but {need} may be needed.", "output");
        }
    }
}
