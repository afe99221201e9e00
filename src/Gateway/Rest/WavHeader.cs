using System.Buffers.Binary;

namespace Conversation.Gateway.Rest;

/// <summary>The 44 bytes before PCM16 mono samples in a WAV file (RIFF, "Multimedia Programming Interface and Data Specifications 1.0").</summary>
internal static class WavHeader
{
    public const int Length = 44;

    public static void Write(Span<byte> to, int rate, int dataBytes)
    {
        "RIFF"u8.CopyTo(to);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Length - 8 + dataBytes);
        "WAVEfmt "u8.CopyTo(to[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(to[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(to[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(to[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(to[28..], rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(to[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(to[34..], 16);
        "data"u8.CopyTo(to[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(to[40..], dataBytes);
    }
}
