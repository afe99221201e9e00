using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Conversation.Gateway.Telephony.Twilio.Wire;

/// <summary>Reads the messages of Twilio's streams and of Telnyx's: the same objects, with names in camelCase or with underscores. Knows no socket.</summary>
internal static class StreamParser
{
    /// <summary>Bytes of audio in one message: 4 s.</summary>
    public const int LongestAudio = 32_000;

    private const int LongestText = 1_024;
    private const int MostParameters = 64;

    /// <summary>False for what is no message, or a message without what it must have.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, StreamMessage message)
    {
        message.Clear();
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 8 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var named = false;
            var streamId = "";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("event"u8))
                {
                    reader.Read();
                    named = reader.TokenType == JsonTokenType.String;
                    message.Event = named ? EventOf(ref reader) : StreamEvent.Other;
                }
                else if (reader.ValueTextEquals("media"u8))
                {
                    if (!ReadMedia(ref reader, message))
                    {
                        return false;
                    }
                }
                else if (reader.ValueTextEquals("start"u8))
                {
                    message.Start = new StreamStart();
                    ReadStart(ref reader, message.Start);
                }
                else if (reader.ValueTextEquals("dtmf"u8) || reader.ValueTextEquals("mark"u8) || reader.ValueTextEquals("payload"u8))
                {
                    ReadSmall(ref reader, message);
                }
                else if (reader.ValueTextEquals("streamSid"u8) || reader.ValueTextEquals("stream_id"u8))
                {
                    reader.Read();
                    // Said in each message; it is needed of the first alone.
                    if (message.Event is not StreamEvent.Media)
                    {
                        streamId = Text(ref reader);
                    }
                }
                else
                {
                    reader.Skip();
                }
            }

            // Behind the object nothing follows; the reader says so where something does.
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read() || !named)
            {
                return false;
            }

            if (message.Start is { StreamId.Length: 0 } start)
            {
                start.StreamId = streamId;
            }

            return message.Event switch
            {
                StreamEvent.Start => message.Start is not null,
                StreamEvent.Media => message.PayloadLength > 0,
                StreamEvent.Dtmf => message.Digit != '\0',
                StreamEvent.Mark => message.Text.Length > 0,
                _ => true,
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static StreamEvent EventOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("media"u8) ? StreamEvent.Media
        : reader.ValueTextEquals("mark"u8) ? StreamEvent.Mark
        : reader.ValueTextEquals("dtmf"u8) ? StreamEvent.Dtmf
        : reader.ValueTextEquals("start"u8) ? StreamEvent.Start
        : reader.ValueTextEquals("stop"u8) ? StreamEvent.Stop
        : reader.ValueTextEquals("connected"u8) ? StreamEvent.Connected
        : reader.ValueTextEquals("error"u8) ? StreamEvent.Error
        : StreamEvent.Other;

    private static bool ReadMedia(ref Utf8JsonReader reader, StreamMessage message)
    {
        if (!Enter(ref reader))
        {
            return true;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("payload"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !ReadAudio(ref reader, message))
                {
                    return false;
                }
            }
            else if (reader.ValueTextEquals("chunk"u8))
            {
                reader.Read();
                message.Chunk = Number(ref reader);
            }
            else if (reader.ValueTextEquals("timestamp"u8))
            {
                reader.Read();
                message.Timestamp = Number(ref reader);
            }
            else if (reader.ValueTextEquals("track"u8))
            {
                reader.Read();
                message.Inbound = reader.TokenType != JsonTokenType.String || !(reader.ValueTextEquals("outbound"u8) || reader.ValueTextEquals("outbound_track"u8));
            }
            else
            {
                reader.Skip();
            }
        }

        return true;
    }

    private static bool ReadAudio(ref Utf8JsonReader reader, StreamMessage message)
    {
        if (!reader.ValueIsEscaped)
        {
            return Decode(reader.ValueSpan, message);
        }

        // A slash may come as "\/".
        var plain = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return Decode(plain.AsSpan(0, reader.CopyString(plain)), message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private static bool Decode(ReadOnlySpan<byte> base64, StreamMessage message)
    {
        var done = Base64.DecodeFromUtf8(base64, message.Payload, out _, out var written) == OperationStatus.Done;
        message.PayloadLength = done ? written : 0;
        return done;
    }

    private static void ReadSmall(ref Utf8JsonReader reader, StreamMessage message)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("digit"u8))
            {
                reader.Read();
                message.Digit = Text(ref reader) is { Length: 1 } digit ? digit[0] : '\0';
            }
            else if (reader.ValueTextEquals("name"u8) || reader.ValueTextEquals("detail"u8))
            {
                reader.Read();
                message.Text = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadStart(ref Utf8JsonReader reader, StreamStart start)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            switch (name)
            {
                case "mediaFormat" or "media_format":
                    ReadFormat(ref reader, start);
                    continue;
                case "customParameters" or "custom_parameters":
                    ReadParameters(ref reader, start);
                    continue;
            }

            reader.Read();
            switch (name)
            {
                case "streamSid" or "stream_id":
                    start.StreamId = Text(ref reader);
                    break;
                case "callSid" or "call_control_id":
                    start.CallId = Text(ref reader);
                    break;
                case "accountSid":
                    start.AccountSid = Text(ref reader);
                    break;
                case "from":
                    start.From = Text(ref reader);
                    break;
                case "to":
                    start.To = Text(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void ReadFormat(ref Utf8JsonReader reader, StreamStart start)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "encoding":
                    start.Encoding = Text(ref reader);
                    break;
                case "sampleRate" or "sample_rate":
                    start.Rate = (int)Math.Clamp(Number(ref reader), 0, 192_000);
                    break;
                case "channels":
                    start.Channels = (int)Math.Clamp(Number(ref reader), 0, 16);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void ReadParameters(ref Utf8JsonReader reader, StreamStart start)
    {
        if (!Enter(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var text = Text(ref reader);
            if (name.Length <= LongestText && start.Parameters.Count < MostParameters)
            {
                start.Parameters[name] = text;
            }
        }
    }

    /// <summary>True where an object begins; what is none is left out.</summary>
    private static bool Enter(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        reader.Skip();
        return false;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueSpan.Length <= LongestText * 6 && reader.GetString() is { Length: <= LongestText } text ? text : "";
        }

        reader.Skip();
        return "";
    }

    /// <summary>A number, as one or as text; -1 for what is neither, or beyond reason.</summary>
    private static long Number(ref Utf8JsonReader reader)
    {
        const long most = 1L << 53;
        var number = -1L;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt64(out number) && number is >= 0 and <= most ? number : -1;
            case JsonTokenType.String:
                return !reader.ValueIsEscaped && Utf8Parser.TryParse(reader.ValueSpan, out number, out var used) && used == reader.ValueSpan.Length && number is >= 0 and <= most ? number : -1;
            default:
                reader.Skip();
                return -1;
        }
    }
}
