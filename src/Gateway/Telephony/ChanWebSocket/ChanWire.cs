using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>Reads events and writes commands of chan_websocket, in its plain and its JSON dialect. Knows no socket.</summary>
internal static class ChanWire
{
    /// <summary>Asterisk drops longer commands unread.</summary>
    public const int LongestCommand = 128;

    private const int MostVariables = 64;
    private const int LongestVariable = 1_024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>An event; null for what is none.</summary>
    public static ChanEvent? Read(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \r\n\t"u8);
        try
        {
            return text.IsEmpty ? null : text[0] == '{' ? ReadJson(text) : ReadPlain(Utf8.GetString(text));
        }
        catch (Exception fault) when (fault is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A command, with the name of what it is about where it has one.</summary>
    public static byte[] Command(bool json, string command, string? correlationId = null) => Encoding.ASCII.GetBytes((json, correlationId) switch
    {
        (true, null) => $$"""{"command":"{{command}}"}""",
        (true, _) => $$"""{"command":"{{command}}","correlation_id":"{{correlationId}}"}""",
        (false, null) => command,
        (false, _) => $"{command} {correlationId}",
    });

    /// <summary>A mark's name: the reply and the place in it.</summary>
    public static string MarkName(int generation, long position) => string.Create(CultureInfo.InvariantCulture, $"{generation}-{position}");

    /// <summary>The reply and the place that a mark's name tells; null where it is none of ours.</summary>
    public static (int Generation, long Position)? ReadMark(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && int.TryParse(name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && long.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? (generation, position) : null;
    }

    private static ChanEvent? ReadJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 8 });
        string? name = null;
        var read = new ChanEvent("") { Json = true };
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.String when key == "event":
                    name = reader.GetString();
                    break;
                case JsonTokenType.String:
                    read = With(read, key!, reader.GetString()!);
                    break;
                case JsonTokenType.StartObject when key == "channel_variables":
                    read = read with { Variables = ReadVariables(ref reader) };
                    break;
                case JsonTokenType.Number when reader.TryGetInt32(out var number):
                    read = With(read, key!, number.ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    // What newer versions add.
                    reader.Skip();
                    break;
            }
        }

        // Behind the object nothing follows; the reader says so where something does.
        return reader.TokenType != JsonTokenType.EndObject || reader.Read() || string.IsNullOrEmpty(name) ? null : read with { Name = name };
    }

    private static Dictionary<string, string> ReadVariables(ref Utf8JsonReader reader)
    {
        var variables = new Dictionary<string, string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && variables.Count < MostVariables && name.Length <= LongestVariable && reader.GetString()! is { Length: <= LongestVariable } value)
            {
                variables[name] = value;
            }
            else
            {
                reader.Skip();
            }
        }

        return variables;
    }

    private static ChanEvent? ReadPlain(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!words[0].All(letter => letter is (>= 'A' and <= 'Z') or '_'))
        {
            return null;
        }

        var read = new ChanEvent(words[0]);
        if (read.Name is ChanEvent.MarkProcessed or ChanEvent.BufferingCompleted)
        {
            // Its name stands alone, without a key.
            return read with { CorrelationId = words.Length > 1 ? words[1] : "" };
        }

        for (var n = 1; n < words.Length; n++)
        {
            var colon = words[n].IndexOf(':', StringComparison.Ordinal);
            if (words[n].StartsWith("error_text:", StringComparison.Ordinal))
            {
                // The last, and the only one with spaces.
                return read with { ErrorText = string.Join(' ', words[n..])["error_text:".Length..] };
            }

            read = colon > 0 ? With(read, words[n][..colon], words[n][(colon + 1)..]) : read;
        }

        return read;
    }

    private static ChanEvent With(ChanEvent read, string key, string value) => key switch
    {
        "channel_id" => read with { ChannelId = value },
        "format" => read with { Format = value },
        "optimal_frame_size" => read with { FrameBytes = Number(value) },
        "ptime" => read with { FrameMs = Number(value) },
        "correlation_id" => read with { CorrelationId = value },
        "digit" when value.Length == 1 => read with { Digit = value[0] },
        "error_text" => read with { ErrorText = value },
        _ => read,
    };

    private static int Number(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
