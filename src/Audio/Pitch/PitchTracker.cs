namespace Conversation.Audio;

/// <summary>
/// Follows the fundamental frequency of a voice, one estimate a window of 512 samples at 16 kHz, over the last 48 ms. Allocates nothing after construction. Not thread-safe.
/// The method is YIN (A. de Cheveigné and H. Kawahara, J. Acoust. Soc. Am. 111, 2002): difference function, cumulative mean, absolute threshold, parabola; on the voice below 1 kHz, where noise disturbs it least.
/// </summary>
public sealed class PitchTracker
{
    /// <summary>Samples in a window.</summary>
    public const int WindowSamples = 512;

    /// <summary>Rate of the input, in hertz.</summary>
    public const int SampleRate = 16_000;

    /// <summary>The lowest frequency found, in hertz.</summary>
    public const float LowestHz = 60;

    /// <summary>The highest frequency found, in hertz.</summary>
    public const float HighestHz = 400;

    private const int Shortest = (int)(SampleRate / HighestHz) - 1;
    private const int Longest = (int)(SampleRate / LowestHz) + 2;
    private const int BufferSamples = 768;
    private const int Compared = BufferSamples - Longest - 1;

    // Butterworth low-pass at 1 kHz, second order, by the bilinear transform (R. Bristow-Johnson's cookbook).
    private const float B0 = 0.029_954f, B1 = 0.059_909f, B2 = 0.029_954f, A1 = -1.454_243f, A2 = 0.574_061f;

    private readonly float[] _buffer = new float[BufferSamples];
    private readonly float[] _measure = new float[Longest + 2];
    private readonly float _threshold;
    private readonly float _floorDb;
    private float _x1, _x2, _y1, _y2;
    private int _filled;

    /// <summary>A tracker. <paramref name="threshold"/>: aperiodicity below which a window is voiced, 0.05 to 0.5. <paramref name="floorDb"/>: a window below this level in dBFS is unvoiced.</summary>
    public PitchTracker(float threshold = 0.2f, float floorDb = -55)
    {
        if (threshold is not (>= 0.05f and <= 0.5f))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Allowed are 0.05 to 0.5.");
        }

        (_threshold, _floorDb) = (threshold, floorDb);
    }

    /// <summary>Takes the next window of 512 samples and gives the frequency in hertz, 0 where it is unvoiced or silent.</summary>
    public float Track(ReadOnlySpan<float> window)
    {
        if (window.Length != WindowSamples)
        {
            throw new ArgumentException($"A window has {WindowSamples} samples, not {window.Length}.", nameof(window));
        }

        _buffer.AsSpan(WindowSamples).CopyTo(_buffer);
        Filter(window, _buffer.AsSpan(BufferSamples - WindowSamples));
        _filled = Math.Min(BufferSamples, _filled + WindowSamples);
        if (_filled < BufferSamples || Levels.RmsDb(window) < _floorDb)
        {
            return 0;
        }

        Measure();
        return Estimate();
    }

    /// <summary>Forgets the past.</summary>
    public void Reset()
    {
        _buffer.AsSpan().Clear();
        (_x1, _x2, _y1, _y2, _filled) = (0, 0, 0, 0, 0);
    }

    private void Filter(ReadOnlySpan<float> input, Span<float> output)
    {
        var (x1, x2, y1, y2) = (_x1, _x2, _y1, _y2);
        for (var i = 0; i < input.Length; i++)
        {
            // A sample that is no number must not stay in the filter for ever.
            var x = float.IsFinite(input[i]) ? input[i] : 0;
            var y = (B0 * x) + (B1 * x1) + (B2 * x2) - (A1 * y1) - (A2 * y2);
            (x2, x1, y2, y1) = (x1, x, y1, y);
            output[i] = y;
        }

        (_x1, _x2, _y1, _y2) = (x1, x2, y1, y2);
    }

    /// <summary>The cumulative mean normalised difference of every lag.</summary>
    private void Measure()
    {
        var head = _buffer.AsSpan(0, Compared);
        var sum = 0f;
        _measure[0] = 1;
        for (var lag = 1; lag < _measure.Length; lag++)
        {
            var difference = Kernels.SquaredDifference(head, _buffer.AsSpan(lag, Compared));
            sum += difference;
            _measure[lag] = sum > 0 ? difference * lag / sum : 1;
        }
    }

    private float Estimate()
    {
        for (var lag = Shortest; lag <= Longest; lag++)
        {
            if (_measure[lag] >= _threshold)
            {
                continue;
            }

            while (lag < Longest && _measure[lag + 1] < _measure[lag])
            {
                lag++;
            }

            var (before, at, after) = (_measure[lag - 1], _measure[lag], _measure[lag + 1]);
            var bend = before - (2 * at) + after;
            var shift = bend > 0 ? Math.Clamp((before - after) / (2 * bend), -0.5f, 0.5f) : 0;
            var hertz = SampleRate / (lag + shift);
            return hertz is >= LowestHz * 0.98f and <= HighestHz * 1.02f ? hertz : 0;
        }

        return 0;
    }
}
