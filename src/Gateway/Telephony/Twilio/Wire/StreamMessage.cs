namespace Conversation.Gateway.Telephony.Twilio.Wire;

/// <summary>What a message of a stream is.</summary>
internal enum StreamEvent
{
    /// <summary>None that is known: later versions add some.</summary>
    Other,
    Connected,
    Start,
    Media,
    Dtmf,
    Mark,
    Stop,
    Error,
}

/// <summary>A message of a stream, in either dialect; docs/specs/twilio-media-streams.md. What was not told is empty, 0 or -1. Used again for the next one, so that audio costs no memory.</summary>
internal sealed class StreamMessage
{
    public StreamEvent Event { get; set; }

    /// <summary>Of media: whether it is what the caller says; a stream of both tracks brings our own words back.</summary>
    public bool Inbound { get; set; }

    /// <summary>Counts the media messages of a track; -1 where it is not told.</summary>
    public long Chunk { get; set; }

    /// <summary>Of media: milliseconds since the stream's start; -1 where it is not told.</summary>
    public long Timestamp { get; set; }

    /// <summary>Audio, as it is in the stream's encoding.</summary>
    public byte[] Payload { get; } = new byte[StreamParser.LongestAudio];

    public int PayloadLength { get; set; }

    /// <summary>The key pressed; '\0' for none.</summary>
    public char Digit { get; set; }

    /// <summary>The mark's name, or what went wrong.</summary>
    public string Text { get; set; } = "";

    /// <summary>Of start: what is told of the stream.</summary>
    public StreamStart? Start { get; set; }

    public ReadOnlySpan<byte> Audio => Payload.AsSpan(0, PayloadLength);

    public void Clear()
    {
        (Event, Inbound, Chunk, Timestamp, PayloadLength, Digit, Text, Start) = (StreamEvent.Other, true, -1, -1, 0, '\0', "", null);
    }
}

/// <summary>What is told of a stream at its start.</summary>
internal sealed class StreamStart
{
    public string StreamId { get; set; } = "";

    public string AccountSid { get; set; } = "";

    public string CallId { get; set; } = "";

    public string From { get; set; } = "";

    public string To { get; set; } = "";

    public string Encoding { get; set; } = "";

    public int Rate { get; set; }

    public int Channels { get; set; } = 1;

    public Dictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);
}
