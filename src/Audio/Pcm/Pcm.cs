using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Conversation.Audio;

/// <summary>
/// Conversions between sample formats. A float sample of 1 is a short of 32,768, so that every short survives short → float → short unchanged; what does not fit is clipped, NaN becomes 0.
/// </summary>
public static class Pcm
{
    private const float ToUnit = 1f / 32_768f;

    /// <summary>16-bit samples to floats in [-1, 1). <paramref name="output"/> must be at least as long as <paramref name="input"/>.</summary>
    public static void ToFloat(ReadOnlySpan<short> input, Span<float> output)
    {
        Needs(output.Length, input.Length, nameof(output));
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var scale = new Vector<float>(ToUnit);
            for (; i <= input.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                Vector.Widen(new Vector<short>(input[i..]), out var low, out var high);
                (Vector.ConvertToSingle(low) * scale).CopyTo(output[i..]);
                (Vector.ConvertToSingle(high) * scale).CopyTo(output[(i + Vector<float>.Count)..]);
            }
        }

        for (; i < input.Length; i++)
        {
            output[i] = input[i] * ToUnit;
        }
    }

    /// <summary>Floats to 16-bit samples, rounded to the nearest (ties to even) and clipped. <paramref name="output"/> must be at least as long as <paramref name="input"/>.</summary>
    public static void ToShort(ReadOnlySpan<float> input, Span<short> output)
    {
        Needs(output.Length, input.Length, nameof(output));
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; i <= input.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                var low = Rounded(new Vector<float>(input[i..]));
                var high = Rounded(new Vector<float>(input[(i + Vector<float>.Count)..]));
                Vector.Narrow(low, high).CopyTo(output[i..]);
            }
        }

        for (; i < input.Length; i++)
        {
            output[i] = ToShort(input[i]);
        }
    }

    /// <summary>One float sample to 16 bits, rounded to the nearest (ties to even) and clipped; NaN becomes 0.</summary>
    public static short ToShort(float sample)
    {
        var scaled = sample * 32_768f;
        return float.IsNaN(scaled) ? (short)0 : (short)MathF.Round(Math.Clamp(scaled, short.MinValue, short.MaxValue));
    }

    /// <summary>PCM16 little-endian bytes to samples. <paramref name="bytes"/> must be of even length and <paramref name="output"/> hold half as many samples. Returns the samples written.</summary>
    public static int FromBytes(ReadOnlySpan<byte> bytes, Span<short> output)
    {
        if ((bytes.Length & 1) != 0)
        {
            throw new ArgumentException("PCM16 needs an even number of bytes.", nameof(bytes));
        }

        var source = MemoryMarshal.Cast<byte, short>(bytes);
        Needs(output.Length, source.Length, nameof(output));
        if (BitConverter.IsLittleEndian)
        {
            source.CopyTo(output);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(source, output);
        }

        return source.Length;
    }

    /// <summary>Samples to PCM16 little-endian bytes, two a sample. Returns the bytes written.</summary>
    public static int ToBytes(ReadOnlySpan<short> samples, Span<byte> output)
    {
        Needs(output.Length, samples.Length * 2, nameof(output));
        var target = MemoryMarshal.Cast<byte, short>(output);
        if (BitConverter.IsLittleEndian)
        {
            samples.CopyTo(target);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(samples, target);
        }

        return samples.Length * 2;
    }

    /// <summary>Multiplies in place by <paramref name="gain"/>, a plain factor (see <see cref="Levels.FromDb"/>). Floats are not clipped.</summary>
    public static void Gain(Span<float> samples, float gain)
    {
        var i = 0;
        var factor = new Vector<float>(gain);
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(samples[i..]) * factor).CopyTo(samples[i..]);
        }

        for (; i < samples.Length; i++)
        {
            samples[i] *= gain;
        }
    }

    /// <summary>Multiplies in place by <paramref name="gain"/>, rounded and clipped.</summary>
    public static void Gain(Span<short> samples, float gain)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)MathF.Round(Math.Clamp(samples[i] * gain, short.MinValue, short.MaxValue));
        }
    }

    private static Vector<int> Rounded(Vector<float> samples)
    {
        var scaled = samples * new Vector<float>(32_768f);
        scaled = Vector.ConditionalSelect(Vector.Equals(scaled, scaled), scaled, Vector<float>.Zero);
        scaled = Vector.Min(Vector.Max(scaled, new Vector<float>(short.MinValue)), new Vector<float>(short.MaxValue));
        return Vector.ConvertToInt32(Vector.Round(scaled, MidpointRounding.ToEven));
    }

    private static void Needs(int have, int need, string name)
    {
        if (have < need)
        {
            throw new ArgumentException($"The output holds {have}, but {need} are needed.", name);
        }
    }
}
