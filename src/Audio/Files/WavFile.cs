using System.Buffers.Binary;

namespace Conversation.Audio;

/// <summary>How the samples of a WAV file are stored.</summary>
public enum WavEncoding
{
    /// <summary>Integers of 8, 16, 24 or 32 bits.</summary>
    Pcm,

    /// <summary>IEEE floats of 32 or 64 bits.</summary>
    Float,

    /// <summary>G.711 mu-law.</summary>
    MuLaw,

    /// <summary>G.711 A-law.</summary>
    ALaw,
}

/// <summary>A recording: mono floats in -1..1 (floats beyond it are kept) at <paramref name="SampleRate"/> hertz, mixed from <paramref name="Channels"/> channels by their mean, and how it was stored.</summary>
public sealed record WavAudio(float[] Samples, int SampleRate, int Channels, WavEncoding Encoding, int BitsPerSample)
{
    /// <summary>How long it lasts.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / SampleRate);
}

/// <summary>
/// Reads and writes RIFF WAVE files (Microsoft/IBM, Multimedia Programming Interface 1.0, 1991; WAVE_FORMAT_EXTENSIBLE).
/// A length of 0xFFFFFFFF (or 0x7FFFFFFF), as programs write that stream to a pipe, means: to the end.
/// </summary>
public static class WavFile
{
    private const int HeaderBytes = 44;

    /// <summary>Reads a file's bytes. False with a reason in <paramref name="error"/> where it is no WAV file, is torn, or holds what is not supported; never throws for what the bytes say.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> file,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WavAudio? audio,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? error)
    {
        audio = null;
        error = WavParser.Parse(file, out var format, out var data);
        if (error is not null)
        {
            return false;
        }

        audio = new WavAudio(WavParser.ToMono(data, format), format.SampleRate, format.Channels, format.Encoding, format.Bits);
        return true;
    }

    /// <summary>Reads the file at <paramref name="path"/>. Throws <see cref="FormatException"/> with the path and the reason where it cannot be used.</summary>
    public static WavAudio Read(string path) =>
        TryRead(File.ReadAllBytes(path), out var audio, out var error) ? audio : throw new FormatException($"{path}: {error}");

    /// <summary>A 16-bit mono file.</summary>
    public static byte[] Write(ReadOnlySpan<short> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        var file = new byte[HeaderBytes + (samples.Length * 2)];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), samples.Length * 2);
        Pcm.ToBytes(samples, file.AsSpan(HeaderBytes));
        return file;
    }

    /// <summary>A 16-bit mono file of floats in -1..1, rounded and clipped.</summary>
    public static byte[] Write(ReadOnlySpan<float> samples, int sampleRate)
    {
        var rounded = new short[samples.Length];
        Pcm.ToShort(samples, rounded);
        return Write(rounded, sampleRate);
    }
}
