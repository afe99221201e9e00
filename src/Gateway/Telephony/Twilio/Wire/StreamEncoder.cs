using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Conversation.Gateway.Telephony.Twilio.Wire;

/// <summary>Writes what a stream is sent: media, mark, clear. Twilio ends a stream that is sent anything else. Knows no socket.</summary>
internal sealed class StreamEncoder
{
    /// <summary>Bytes of a frame of 20 ms.</summary>
    public const int FrameBytes = 160;

    private static readonly byte[] End = "\"}}"u8.ToArray();
    private readonly byte[] mediaHead;
    private readonly string head;

    public StreamEncoder(bool telnyx, string streamId)
    {
        head = $"\"{(telnyx ? "stream_id" : "streamSid")}\":{JsonSerializer.Serialize(streamId)}";
        mediaHead = Encoding.UTF8.GetBytes($$"""{"event":"media",{{head}},"media":{"payload":""" + '"');
        MediaLength = mediaHead.Length + Base64.GetMaxEncodedToUtf8Length(FrameBytes) + End.Length;
        Clear = Encoding.UTF8.GetBytes($$"""{"event":"clear",{{head}}}""");
    }

    /// <summary>Bytes of a media message with one frame.</summary>
    public int MediaLength { get; }

    /// <summary>Has the carrier drop what it has not played, and send back all marks.</summary>
    public byte[] Clear { get; }

    /// <summary>A frame of 20 ms.</summary>
    public void Media(ReadOnlySpan<byte> frame, Span<byte> message)
    {
        mediaHead.CopyTo(message);
        Base64.EncodeToUtf8(frame, message[mediaHead.Length..], out _, out var written);
        End.CopyTo(message[(mediaHead.Length + written)..]);
    }

    /// <summary>Comes back when all that was sent before it has been played.</summary>
    public byte[] Mark(string name) => Encoding.UTF8.GetBytes($$$"""{"event":"mark",{{{head}}},"mark":{"name":"{{{name}}}"}}""");
}
