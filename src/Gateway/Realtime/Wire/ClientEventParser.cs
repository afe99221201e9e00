using System.Text.Json;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>Bytes of one message in, an event or an error out. Never throws on what a client sends.</summary>
internal static class ClientEventParser
{
    /// <summary>The longest base64 of one append: 15 MiB.</summary>
    public const int MaxAudio = 15 * 1024 * 1024;

    /// <summary>Bytes of a whole message: an append of the longest and its frame.</summary>
    public const int MaxMessage = MaxAudio + (64 * 1024);

    private const int MaxId = 512;
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    public static Parsed Parse(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message, Json);
            return Parse(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The latter: a string that is no Unicode.
            return new(null, new RealtimeError("invalid_json", "The message is not a JSON object."), null);
        }
    }

    private static Parsed Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new(null, new RealtimeError("invalid_json", "The message is not a JSON object."), null);
        }

        var eventId = Text(root, "event_id");
        if (eventId?.Length > MaxId)
        {
            return new(null, RealtimeError.Invalid("event_id", $"at most {MaxId} characters"), null);
        }

        var (parsed, error) = Text(root, "type") switch
        {
            null => (null, RealtimeError.Missing("type")),
            "session.update" => Update(root),
            "input_audio_buffer.append" => Append(root),
            "input_audio_buffer.commit" => (new ClientEvent.Commit(), null),
            "input_audio_buffer.clear" => (new ClientEvent.ClearInput(), null),
            "output_audio_buffer.clear" => (new ClientEvent.ClearOutput(), null),
            "conversation.item.create" => Create(root),
            "conversation.item.delete" => Named(root, id => new ClientEvent.DeleteItem(id)),
            "conversation.item.retrieve" => Named(root, id => new ClientEvent.RetrieveItem(id)),
            "conversation.item.truncate" => Truncate(root),
            "response.create" => Respond(root),
            "response.cancel" => (new ClientEvent.CancelResponse(Text(root, "response_id")), null),
            var other => Fault(RealtimeError.Invalid("type", $"a client event of the Realtime API; '{Clip(other)}' is none")),
        };
        return new(parsed is null ? null : parsed with { EventId = eventId }, error, eventId);
    }

    private static (ClientEvent?, RealtimeError?) Fault(RealtimeError error) => (null, error);

    private static (ClientEvent?, RealtimeError?) Update(JsonElement root)
    {
        if (!root.TryGetProperty("session", out var session) || session.ValueKind != JsonValueKind.Object)
        {
            return Fault(RealtimeError.Missing("session"));
        }

        var (patch, error) = SessionPatch.Parse(session);
        return (patch is null ? null : new ClientEvent.SessionUpdate(patch), error);
    }

    private static (ClientEvent?, RealtimeError?) Append(JsonElement root)
    {
        if (!root.TryGetProperty("audio", out var audio) || audio.ValueKind != JsonValueKind.String)
        {
            return Fault(RealtimeError.Missing("audio"));
        }

        if (audio.GetRawTextLength() > MaxAudio + 2)
        {
            return Fault(new RealtimeError("invalid_value", "audio holds at most 15 MiB of base64 in one event.", "audio"));
        }

        return audio.TryGetBytesFromBase64(out var bytes)
            ? (new ClientEvent.Append(bytes), null)
            : Fault(RealtimeError.Invalid("audio", "base64"));
    }

    internal static int GetRawTextLength(this JsonElement element) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element).Length;

    private static (ClientEvent?, RealtimeError?) Named(JsonElement root, Func<string, ClientEvent> make) =>
        Text(root, "item_id") is { Length: > 0 } id ? (make(id), null) : Fault(RealtimeError.Missing("item_id"));

    private static (ClientEvent?, RealtimeError?) Truncate(JsonElement root)
    {
        if (Text(root, "item_id") is not { Length: > 0 } id)
        {
            return Fault(RealtimeError.Missing("item_id"));
        }

        if (!root.TryGetProperty("audio_end_ms", out var end) || end.ValueKind != JsonValueKind.Number || !end.TryGetInt64(out var ms) || ms is < 0 or > int.MaxValue)
        {
            return Fault(RealtimeError.Invalid("audio_end_ms", "a whole number of milliseconds from 0"));
        }

        return root.TryGetProperty("content_index", out var index) && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var content) && content == 0
            ? (new ClientEvent.Truncate(id, content, ms), null)
            : Fault(RealtimeError.Invalid("content_index", "0"));
    }

    private static (ClientEvent?, RealtimeError?) Respond(JsonElement root)
    {
        if (!root.TryGetProperty("response", out var response) || response.ValueKind == JsonValueKind.Null)
        {
            return (new ClientEvent.CreateResponse(new ResponseParams()), null);
        }

        var (asked, error) = response.ValueKind == JsonValueKind.Object ? ResponseParams.Parse(response) : (null, RealtimeError.Invalid("response", "an object"));
        return (asked is null ? null : new ClientEvent.CreateResponse(asked), error);
    }

    private static (ClientEvent?, RealtimeError?) Create(JsonElement root)
    {
        if (!root.TryGetProperty("item", out var item) || item.ValueKind != JsonValueKind.Object)
        {
            return Fault(RealtimeError.Missing("item"));
        }

        var (made, error) = ItemParser.Parse(item);
        return (made is null ? null : new ClientEvent.CreateItem(made, Text(root, "previous_item_id")), error);
    }

    internal static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static string Clip(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
