namespace Conversation.Audio;

/// <summary>
/// ITU-T G.711 (11/88) mu-law and A-law, by table. 16-bit samples carry the codec's 14 (mu-law) or 13 (A-law) bits at the top. Every byte decodes; every sample encodes.
/// </summary>
public static class G711
{
    /// <summary>The mu-law byte of silence.</summary>
    public const byte MuLawSilence = 0xFF;

    /// <summary>The A-law byte of silence.</summary>
    public const byte ALawSilence = 0xD5;

    private const int MuLawBias = 33;
    private const int MuLawClip = 8_158;

    private static readonly short[] MuLawSamples = BuildTable<short>(256, static index => FromMuLaw((byte)index));
    private static readonly short[] ALawSamples = BuildTable<short>(256, static index => FromALaw((byte)index));
    private static readonly byte[] MuLawBytes = BuildTable<byte>(1 << 14, static index => ToMuLaw((short)(index << 2) >> 2));
    private static readonly byte[] ALawBytes = BuildTable<byte>(1 << 13, static index => ToALaw((short)(index << 3) >> 3));

    /// <summary>Decodes mu-law; <paramref name="output"/> holds a sample a byte.</summary>
    public static void DecodeMuLaw(ReadOnlySpan<byte> input, Span<short> output) => Decode(input, output, MuLawSamples);

    /// <summary>Decodes A-law; <paramref name="output"/> holds a sample a byte.</summary>
    public static void DecodeALaw(ReadOnlySpan<byte> input, Span<short> output) => Decode(input, output, ALawSamples);

    /// <summary>Encodes mu-law; <paramref name="output"/> holds a byte a sample.</summary>
    public static void EncodeMuLaw(ReadOnlySpan<short> input, Span<byte> output)
    {
        Needs(output.Length, input.Length);
        for (var i = 0; i < input.Length; i++)
        {
            output[i] = MuLawBytes[(ushort)input[i] >> 2];
        }
    }

    /// <summary>Encodes A-law; <paramref name="output"/> holds a byte a sample.</summary>
    public static void EncodeALaw(ReadOnlySpan<short> input, Span<byte> output)
    {
        Needs(output.Length, input.Length);
        for (var i = 0; i < input.Length; i++)
        {
            output[i] = ALawBytes[(ushort)input[i] >> 3];
        }
    }

    /// <summary>Decodes one mu-law byte.</summary>
    public static short DecodeMuLaw(byte value) => MuLawSamples[value];

    /// <summary>Decodes one A-law byte.</summary>
    public static short DecodeALaw(byte value) => ALawSamples[value];

    /// <summary>Encodes one sample to mu-law.</summary>
    public static byte EncodeMuLaw(short sample) => MuLawBytes[(ushort)sample >> 2];

    /// <summary>Encodes one sample to A-law.</summary>
    public static byte EncodeALaw(short sample) => ALawBytes[(ushort)sample >> 3];

    // Sign, three bits of segment, four of interval, all inverted on the line (G.711, table 2).
    private static short FromMuLaw(byte value)
    {
        var code = ~value & 0xFF;
        var magnitude = ((((code & 0x0F) << 1) + MuLawBias) << ((code >> 4) & 7)) - MuLawBias;
        return (short)(((code & 0x80) != 0 ? -magnitude : magnitude) << 2);
    }

    private static byte ToMuLaw(int sample)
    {
        var sign = sample < 0 ? 0x80 : 0;

        // One's complement, as in the ITU's own software (G.191): the bits lost above must not push a negative sample outwards.
        var magnitude = Math.Min(sample < 0 ? ~sample : sample, MuLawClip) + MuLawBias;
        var segment = System.Numerics.BitOperations.Log2((uint)magnitude) - 5;
        return (byte)~(sign | (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F));
    }

    // Sign, segment, interval; every second bit inverted on the line (G.711, table 1).
    private static short FromALaw(byte value)
    {
        var code = value ^ 0x55;
        var segment = (code >> 4) & 7;
        var magnitude = ((code & 0x0F) << 1) + 1;
        magnitude = segment == 0 ? magnitude : (magnitude + 32) << (segment - 1);
        return (short)(((code & 0x80) != 0 ? magnitude : -magnitude) << 3);
    }

    private static byte ToALaw(int sample)
    {
        var sign = sample >= 0 ? 0x80 : 0;

        // One's complement, as above.
        var magnitude = sample >= 0 ? sample : ~sample;
        var segment = magnitude < 32 ? 0 : System.Numerics.BitOperations.Log2((uint)magnitude) - 4;
        var interval = (magnitude >> Math.Max(1, segment)) & 0x0F;
        return (byte)((sign | (segment << 4) | interval) ^ 0x55);
    }

    private static void Decode(ReadOnlySpan<byte> input, Span<short> output, short[] table)
    {
        Needs(output.Length, input.Length);
        for (var i = 0; i < input.Length; i++)
        {
            output[i] = table[input[i]];
        }
    }

    private static void Needs(int have, int need)
    {
        if (have < need)
        {
            throw new ArgumentException($"The output holds {have}, but {need} are needed.", "output");
        }
    }

    private static T[] BuildTable<T>(int size, Func<int, T> entry)
    {
        var table = new T[size];
        for (var i = 0; i < size; i++)
        {
            table[i] = entry(i);
        }

        return table;
    }
}
