using System.Buffers;
using System.Buffers.Binary;

namespace Conversation.Gateway.Telephony.AudioSocket;

/// <summary>How reading went.</summary>
internal enum AudioSocketRead
{
    /// <summary>There is a message; the buffer begins behind it.</summary>
    Message,

    /// <summary>The message is not all here; nothing was taken.</summary>
    Incomplete,

    /// <summary>This is no AudioSocket, or not as it should be; nothing was taken. There is no finding back into a stream.</summary>
    Broken,
}

/// <summary>Reads messages out of what a socket gave: kind, length (two bytes, big-endian), payload. Keeps no state; a message holds at most 65,538 bytes.</summary>
internal static class AudioSocketParser
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderLength = 3;

    private const int IdLength = 16;

    public static AudioSocketRead TryRead(ref ReadOnlySequence<byte> buffer, out AudioSocketMessage message)
    {
        message = default;
        Span<byte> header = stackalloc byte[HeaderLength];
        if (buffer.Length < HeaderLength)
        {
            // A kind that does not exist is known by its first byte already.
            return buffer.IsEmpty || IsKnown(buffer.FirstSpan[0]) ? AudioSocketRead.Incomplete : AudioSocketRead.Broken;
        }

        buffer.Slice(0, HeaderLength).CopyTo(header);
        var kind = (AudioSocketKind)header[0];
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[1..]);
        if (!IsKnown(header[0]) || !Fits(kind, length))
        {
            return AudioSocketRead.Broken;
        }

        if (buffer.Length < HeaderLength + length)
        {
            return AudioSocketRead.Incomplete;
        }

        message = new AudioSocketMessage(kind, buffer.Slice(HeaderLength, length));
        buffer = buffer.Slice(HeaderLength + length);
        return AudioSocketRead.Message;
    }

    private static bool IsKnown(byte kind) => kind is 0x00 or 0x01 or 0x03 or (>= 0x10 and <= 0x18) or 0xFF;

    private static bool Fits(AudioSocketKind kind, int length) => kind switch
    {
        AudioSocketKind.Id => length == IdLength,
        AudioSocketKind.Digit => length == 1,
        AudioSocketKind.HangUp or AudioSocketKind.Error => true,
        _ => length > 0 && length % 2 == 0,
    };
}
