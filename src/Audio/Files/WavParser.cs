using System.Buffers.Binary;

namespace Conversation.Audio;

internal readonly record struct WavFormat(WavEncoding Encoding, int Bits, int Channels, int SampleRate)
{
    public int FrameBytes => Bits / 8 * Channels;
}

/// <summary>Walks the chunks of a RIFF file. Trusts no length in it.</summary>
internal static class WavParser
{
    private const uint EndlessLength = 0xFFFF_FFFF;
    private const uint EndlessSignedLength = 0x7FFF_FFFF;

    /// <summary>Null where <paramref name="format"/> and <paramref name="data"/> (whole frames) are good, else the reason why not.</summary>
    public static string? Parse(ReadOnlySpan<byte> file, out WavFormat format, out ReadOnlySpan<byte> data)
    {
        format = default;
        data = default;
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file.Slice(8, 4).SequenceEqual("WAVE"u8))
        {
            return file.Length >= 4 && file[..4].SequenceEqual("RF64"u8) ? "RF64 (over 4 GB) is not supported." : "Not a RIFF WAVE file.";
        }

        var known = false;
        for (var rest = file[12..]; rest.Length >= 8;)
        {
            var id = rest[..4];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            rest = rest[8..];
            if (id.SequenceEqual("data"u8))
            {
                return known ? Data(rest, length, format, out data) : "The data come before the format.";
            }

            if (length > rest.Length)
            {
                return $"Torn: a chunk says {length} bytes, but {rest.Length} follow.";
            }

            var body = rest[..(int)length];
            if (id.SequenceEqual("fmt "u8))
            {
                if (Format(body, out format) is { } fault)
                {
                    return fault;
                }

                known = true;
            }

            // Chunks begin at even places.
            rest = rest[Math.Min(rest.Length, (int)length + ((int)length & 1))..];
        }

        return known ? "Torn: it ends before the data." : "Torn: it ends before the format.";
    }

    /// <summary>Decodes whole frames to the mean of their channels.</summary>
    public static float[] ToMono(ReadOnlySpan<byte> data, WavFormat format)
    {
        var samples = new float[data.Length / format.FrameBytes];
        var bytes = format.Bits / 8;
        var share = 1f / format.Channels;
        for (var frame = 0; frame < samples.Length; frame++)
        {
            var sum = 0f;
            for (var channel = 0; channel < format.Channels; channel++)
            {
                sum += Sample(data, format);
                data = data[bytes..];
            }

            // A float file may hold anything; what is no number is silence.
            samples[frame] = float.IsFinite(sum) ? sum * share : 0;
        }

        return samples;
    }

    private static string? Data(ReadOnlySpan<byte> rest, uint length, WavFormat format, out ReadOnlySpan<byte> data)
    {
        data = rest;
        if (length <= rest.Length)
        {
            data = rest[..(int)length];
        }
        else if (length is not (EndlessLength or EndlessSignedLength))
        {
            return $"Torn: the data say {length} bytes, but {rest.Length} follow.";
        }

        data = data[..(data.Length - (data.Length % format.FrameBytes))];
        return null;
    }

    private static string? Format(ReadOnlySpan<byte> body, out WavFormat format)
    {
        format = default;
        if (body.Length < 16)
        {
            return $"The format has {body.Length} bytes, at least 16 are needed.";
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(body);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(body[14..]);
        if (tag == 0xFFFE)
        {
            if (body.Length < 40)
            {
                return $"The extensible format has {body.Length} bytes, 40 are needed.";
            }

            // The first two bytes of the sub-format's GUID are the tag.
            tag = BinaryPrimitives.ReadUInt16LittleEndian(body[24..]);
        }

        if (channels is 0 or > 64)
        {
            return $"{channels} channels; 1 to 64 are supported.";
        }

        if (rate is < 1_000 or > 768_000)
        {
            return $"A rate of {rate} Hz; 1,000 to 768,000 are supported.";
        }

        WavEncoding? encoding = (tag, bits) switch
        {
            (1, 8 or 16 or 24 or 32) => WavEncoding.Pcm,
            (3, 32 or 64) => WavEncoding.Float,
            (6, 8) => WavEncoding.ALaw,
            (7, 8) => WavEncoding.MuLaw,
            _ => null,
        };
        if (encoding is null)
        {
            return $"Format {tag} with {bits} bits is not supported: PCM of 8, 16, 24 or 32 bits, float, mu-law and A-law are.";
        }

        format = new WavFormat(encoding.Value, bits, channels, (int)rate);
        return null;
    }

    private static float Sample(ReadOnlySpan<byte> at, WavFormat format) => (format.Encoding, format.Bits) switch
    {
        (WavEncoding.MuLaw, _) => G711.DecodeMuLaw(at[0]) / 32_768f,
        (WavEncoding.ALaw, _) => G711.DecodeALaw(at[0]) / 32_768f,
        (WavEncoding.Float, 64) => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
        (WavEncoding.Float, _) => BinaryPrimitives.ReadSingleLittleEndian(at),
        (_, 8) => (at[0] - 128) / 128f,
        (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(at) / 32_768f,
        (_, 24) => (at[0] | (at[1] << 8) | ((sbyte)at[2] << 16)) / 8_388_608f,
        _ => BinaryPrimitives.ReadInt32LittleEndian(at) / 2_147_483_648f,
    };
}
