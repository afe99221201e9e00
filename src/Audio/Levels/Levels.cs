using System.Numerics;

namespace Conversation.Audio;

/// <summary>Levels in dBFS, where 0 is a full-scale square wave (a full-scale sine is -3.01) and <see cref="FloorDb"/> is the least that is told.</summary>
public static class Levels
{
    /// <summary>What silence measures, in dBFS.</summary>
    public const float FloorDb = -100;

    /// <summary>The factor of <paramref name="db"/> decibels: 10^(db/20).</summary>
    public static float FromDb(float db) => MathF.Pow(10, db / 20);

    /// <summary>An amplitude in decibels, never below <see cref="FloorDb"/>.</summary>
    public static float ToDb(float amplitude) => amplitude > 1e-5f ? 20 * MathF.Log10(amplitude) : FloorDb;

    /// <summary>The largest magnitude; 0 for no samples.</summary>
    public static float Peak(ReadOnlySpan<float> samples)
    {
        var i = 0;
        var peaks = Vector<float>.Zero;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            peaks = Vector.Max(peaks, Vector.Abs(new Vector<float>(samples[i..])));
        }

        var peak = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            peak = MathF.Max(peak, peaks[lane]);
        }

        for (; i < samples.Length; i++)
        {
            peak = MathF.Max(peak, MathF.Abs(samples[i]));
        }

        return peak;
    }

    /// <summary>The largest magnitude, 0 to 1; 0 for no samples.</summary>
    public static float Peak(ReadOnlySpan<short> samples)
    {
        var peak = 0;
        foreach (var sample in samples)
        {
            peak = Math.Max(peak, Math.Abs((int)sample));
        }

        return peak / 32_768f;
    }

    /// <summary>Root mean square, 0 to 1; 0 for no samples.</summary>
    public static float Rms(ReadOnlySpan<float> samples) =>
        samples.IsEmpty ? 0 : MathF.Sqrt(Kernels.Dot(samples, samples) / samples.Length);

    /// <summary>Root mean square, 0 to 1; 0 for no samples.</summary>
    public static float Rms(ReadOnlySpan<short> samples)
    {
        if (samples.IsEmpty)
        {
            return 0;
        }

        var sum = 0L;
        foreach (var sample in samples)
        {
            sum += sample * sample;
        }

        return (float)(Math.Sqrt((double)sum / samples.Length) / 32_768);
    }

    /// <summary>Root mean square in dBFS.</summary>
    public static float RmsDb(ReadOnlySpan<float> samples) => ToDb(Rms(samples));

    /// <summary>Root mean square in dBFS.</summary>
    public static float RmsDb(ReadOnlySpan<short> samples) => ToDb(Rms(samples));
}
