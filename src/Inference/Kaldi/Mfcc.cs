using System.Numerics.Tensors;

namespace Conversation.Inference.Kaldi;

/// <summary>
/// Mel-frequency cepstra as Kaldi defines them: windows of 25 ms every 10 ms that lie wholly within the signal, the mean taken off, the logarithm of the energy as number zero, pre-emphasis, Povey's window, mel bands,
/// cosine transform, lifter; no dither. Samples are on the scale of 16-bit integers. One thread at a time.
/// </summary>
internal sealed class Mfcc
{
    private const float Preemphasis = 0.97f;
    private const float Lifter = 22;

    // What is logarithmed is at least this: the step from 1 to the next number.
    private const float Smallest = 1.1920929e-7f;

    private readonly int _length;
    private readonly int _shift;
    private readonly float[] _window;
    private readonly float[] _frame;
    private readonly float[] _power;
    private readonly float[] _bands;
    private readonly (int First, float[] Weights)[] _mel;
    private readonly float[] _cosines;
    private readonly Fourier _fourier;

    public Mfcc(MfccOptions options)
    {
        _length = options.SampleRate / 40;
        _shift = options.SampleRate / 100;
        _window = [.. Enumerable.Range(0, _length).Select(i => (float)Math.Pow(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (_length - 1))), 0.85))];
        _frame = new float[_length];
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_length);
        _fourier = new Fourier(size);
        _power = new float[(size / 2) + 1];
        _bands = new float[options.Bands];
        _mel = MelBands(options, size);
        Cepstra = options.Cepstra;
        _cosines = new float[Cepstra * options.Bands];
        for (var c = 1; c < Cepstra; c++)
        {
            var lifter = 1 + (0.5 * Lifter * Math.Sin(Math.PI * c / Lifter));
            for (var band = 0; band < options.Bands; band++)
            {
                _cosines[(c * options.Bands) + band] = (float)(lifter * Math.Sqrt(2.0 / options.Bands) * Math.Cos(Math.PI / options.Bands * (band + 0.5) * c));
            }
        }
    }

    /// <summary>Numbers in a frame.</summary>
    public int Cepstra { get; }

    /// <summary>Frames in so many samples.</summary>
    public int Frames(int samples) => samples < _length ? 0 : 1 + ((samples - _length) / _shift);

    /// <summary>All frames of a signal, one after the other.</summary>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        var features = new float[Frames(samples.Length) * Cepstra];
        for (var frame = 0; frame * Cepstra < features.Length; frame++)
        {
            Compute(samples.Slice(frame * _shift, _length), features.AsSpan(frame * Cepstra, Cepstra));
        }

        return features;
    }

    private void Compute(ReadOnlySpan<float> samples, Span<float> cepstra)
    {
        TensorPrimitives.Subtract(samples, TensorPrimitives.Sum(samples) / _length, _frame);
        var energy = MathF.Log(Math.Max(TensorPrimitives.SumOfSquares<float>(_frame), Smallest));
        for (var i = _length - 1; i > 0; i--)
        {
            _frame[i] -= Preemphasis * _frame[i - 1];
        }

        _frame[0] -= Preemphasis * _frame[0];
        TensorPrimitives.Multiply(_frame, _window, _frame);
        _fourier.Power(_frame, _power);
        for (var band = 0; band < _bands.Length; band++)
        {
            var (first, weights) = _mel[band];
            _bands[band] = MathF.Log(Math.Max(TensorPrimitives.Dot(_power.AsSpan(first, weights.Length), weights), Smallest));
        }

        cepstra[0] = energy;
        for (var c = 1; c < Cepstra; c++)
        {
            cepstra[c] = TensorPrimitives.Dot<float>(_cosines.AsSpan(c * _bands.Length, _bands.Length), _bands);
        }
    }

    private static (int First, float[] Weights)[] MelBands(MfccOptions options, int size)
    {
        var nyquist = options.SampleRate / 2f;
        var (low, high) = (Mel(options.LowFrequency), Mel(options.HighFrequency > 0 ? options.HighFrequency : nyquist + options.HighFrequency));
        var step = (high - low) / (options.Bands + 1);
        var mels = Enumerable.Range(0, size / 2).Select(i => Mel((float)options.SampleRate / size * i)).ToArray();
        return [.. Enumerable.Range(0, options.Bands).Select(band =>
        {
            var (left, centre, right) = (low + (band * step), low + ((band + 1) * step), low + ((band + 2) * step));
            var first = Array.FindIndex(mels, mel => mel > left);
            float[] weights = [.. mels.Skip(first).TakeWhile(mel => mel < right).Select(mel => mel <= centre ? (mel - left) / (centre - left) : (right - mel) / (right - centre))];
            return (first, weights);
        })];
    }

    private static float Mel(float frequency) => 1127 * MathF.Log(1 + (frequency / 700));
}
