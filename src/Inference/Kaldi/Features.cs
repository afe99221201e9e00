using System.Numerics.Tensors;

namespace Conversation.Inference.Kaldi;

/// <summary>What lies between audio and the network, each step as Kaldi and Vosk do it where they do it.</summary>
internal static class Features
{
    /// <summary>Frames that a frame's mean is taken over: 3 s.</summary>
    private const int MeanWindow = 300;

    private const int Zeros = 6;

    // Kaldi's filter from 16 to 8 kHz: six zeros of the sinc under a raised cosine, cut off at 4 kHz.
    private static readonly float[] HalfBand = [.. Enumerable.Range(-2 * Zeros, (4 * Zeros) + 1).Select(i => (float)Tap(i))];

    /// <summary>16 kHz in -1..1 to 8 kHz on the scale of 16-bit integers.</summary>
    public static float[] Halve(ReadOnlySpan<float> samples)
    {
        var reach = HalfBand.Length / 2;
        var padded = new float[samples.Length + (2 * reach)];
        TensorPrimitives.Multiply(samples, 32_768, padded.AsSpan(reach, samples.Length));
        var halved = new float[(samples.Length + 1) / 2];
        for (var i = 0; i < halved.Length; i++)
        {
            halved[i] = TensorPrimitives.Dot<float>(HalfBand, padded.AsSpan(2 * i, HalfBand.Length));
        }

        return halved;
    }

    /// <summary>Takes off each number its mean over the three seconds around, fewer where there are fewer.</summary>
    public static void TakeOffMean(Span<float> features, int dimensions)
    {
        var frames = features.Length / dimensions;
        var window = Math.Min(MeanWindow, frames);
        var original = features.ToArray();
        var sum = new double[dimensions];
        var (from, to) = (0, 0);
        for (var frame = 0; frame < frames; frame++)
        {
            var start = Math.Clamp(frame - (MeanWindow / 2), 0, frames - window);
            for (; to < start + window; to++)
            {
                Add(1, to);
            }

            for (; from < start; from++)
            {
                Add(-1, from);
            }

            for (var i = 0; i < dimensions; i++)
            {
                features[(frame * dimensions) + i] = (float)(original[(frame * dimensions) + i] - (sum[i] / window));
            }
        }

        void Add(int sign, int frame)
        {
            for (var i = 0; i < dimensions; i++)
            {
                sum[i] += sign * original[(frame * dimensions) + i];
            }
        }
    }

    private static double Tap(int at)
    {
        var t = at / 16_000d;
        var window = Math.Abs(at) < 2 * Zeros ? 0.5 * (1 + Math.Cos(2 * Math.PI * 4000 / Zeros * t)) : 0;
        return window * (at == 0 ? 8000 : Math.Sin(2 * Math.PI * 4000 * t) / (Math.PI * t)) / 16_000;
    }
}
