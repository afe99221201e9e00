using System.Runtime.InteropServices;
using System.Text.Json;
using Conversation.Audio;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>Formats of audio in the dialect, all mono.</summary>
internal enum AudioFormat
{
    /// <summary>16 bits little-endian at 24 kHz.</summary>
    Pcm,

    /// <summary>G.711 mu-law at 8 kHz.</summary>
    MuLaw,

    /// <summary>G.711 A-law at 8 kHz.</summary>
    ALaw,
}

/// <summary>Audio as it goes over the wire, without its base64.</summary>
internal static class WireAudio
{
    public static int Rate(AudioFormat format) => format == AudioFormat.Pcm ? 24_000 : 8_000;

    public static string Name(AudioFormat format) => format switch
    {
        AudioFormat.MuLaw => "audio/pcmu",
        AudioFormat.ALaw => "audio/pcma",
        _ => "audio/pcm",
    };

    /// <summary>The format that a format object names; null where it names none.</summary>
    public static AudioFormat? ReadFormat(JsonElement value) => value.ValueKind != JsonValueKind.Object ? null : ClientEventParser.Text(value, "type") switch
    {
        // Of samples in another order than the machine's there is no machine that this runs on.
        "audio/pcm" => !value.TryGetProperty("rate", out var rate) || (rate.ValueKind == JsonValueKind.Number && rate.TryGetInt32(out var hz) && hz == 24_000) ? AudioFormat.Pcm : null,
        "audio/pcmu" => AudioFormat.MuLaw,
        "audio/pcma" => AudioFormat.ALaw,
        _ => null,
    };

    /// <summary>Samples of <paramref name="bytes"/>. An odd byte at the end belongs to no sample and is dropped.</summary>
    public static short[] Decode(AudioFormat format, ReadOnlySpan<byte> bytes)
    {
        if (format == AudioFormat.Pcm)
        {
            return MemoryMarshal.Cast<byte, short>(bytes[..(bytes.Length & ~1)]).ToArray();
        }

        var samples = new short[bytes.Length];
        if (format == AudioFormat.MuLaw)
        {
            G711.DecodeMuLaw(bytes, samples);
        }
        else
        {
            G711.DecodeALaw(bytes, samples);
        }

        return samples;
    }

    /// <summary>Writes <paramref name="samples"/> to <paramref name="to"/>; gives how many bytes that were.</summary>
    public static int Encode(AudioFormat format, ReadOnlySpan<short> samples, Span<byte> to)
    {
        switch (format)
        {
            case AudioFormat.Pcm:
                MemoryMarshal.AsBytes(samples).CopyTo(to);
                return samples.Length * 2;
            case AudioFormat.MuLaw:
                G711.EncodeMuLaw(samples, to);
                return samples.Length;
            default:
                G711.EncodeALaw(samples, to);
                return samples.Length;
        }
    }
}
