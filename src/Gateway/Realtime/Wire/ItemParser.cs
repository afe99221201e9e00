using System.Text.Json;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>Reads an item that a client adds.</summary>
internal static class ItemParser
{
    private const int MaxParts = 64;

    public static (NewItem? Item, RealtimeError? Error) Parse(JsonElement item)
    {
        var id = ClientEventParser.Text(item, "id");
        if (id is { Length: 0 or > 64 } or "root")
        {
            return Fault(RealtimeError.Invalid("item.id", "1 to 64 characters, and not 'root'"));
        }

        return (ClientEventParser.Text(item, "type"), ClientEventParser.Text(item, "role")) switch
        {
            ("message", "user" or "system" or "assistant") => Message(item, id, ClientEventParser.Text(item, "role")!),
            ("message", _) => Fault(RealtimeError.Invalid("item.role", "'user', 'system' or 'assistant'")),
            ("function_call_output", _) => FunctionOutput(item, id),
            (null, _) => Fault(RealtimeError.Missing("item.type")),
            (var type, _) => Fault(RealtimeError.NotOffered($"An item of type '{ClientEventParser.Clip(type)}'", "item.type")),
        };
    }

    private static (NewItem?, RealtimeError?) Fault(RealtimeError error) => (null, error);

    private static (NewItem?, RealtimeError?) Message(JsonElement item, string? id, string role)
    {
        if (!item.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array || content.GetArrayLength() is 0 or > MaxParts)
        {
            return Fault(RealtimeError.Invalid("item.content", $"1 to {MaxParts} parts"));
        }

        var texts = new List<string>();
        var audio = new List<byte[]>();
        foreach (var part in content.EnumerateArray())
        {
            if (Part(part, role, texts, audio) is { } error)
            {
                return Fault(error);
            }
        }

        var all = string.Join(' ', texts);
        return audio.Count > 0
            ? (new NewItem.Spoken(id, [.. audio.SelectMany(piece => piece)], all), null)
            : string.IsNullOrWhiteSpace(all) ? Fault(RealtimeError.Invalid("item.content.text", "some words")) : (new NewItem.Message(id, role, all), null);
    }

    private static RealtimeError? Part(JsonElement part, string role, List<string> texts, List<byte[]> audio)
    {
        if (part.ValueKind != JsonValueKind.Object || ClientEventParser.Text(part, "type") is not { } type)
        {
            return RealtimeError.Missing("item.content.type");
        }

        switch (role, type)
        {
            case ("user" or "system", "input_text"):
            // As the first version of this dialect called it.
            case ("assistant", "output_text" or "text"):
                if (ClientEventParser.Text(part, "text") is not { } text)
                {
                    return RealtimeError.Missing("item.content.text");
                }

                texts.Add(text);
                return null;
            case ("assistant", "output_audio") when ClientEventParser.Text(part, "transcript") is { } transcript:
                texts.Add(transcript);
                return null;
            case ("user", "input_audio"):
                if (!part.TryGetProperty("audio", out var base64) || base64.ValueKind != JsonValueKind.String)
                {
                    return RealtimeError.Missing("item.content.audio");
                }

                if (base64.GetRawTextLength() > ClientEventParser.MaxAudio + 2 || !base64.TryGetBytesFromBase64(out var bytes))
                {
                    return RealtimeError.Invalid("item.content.audio", "at most 15 MiB of base64");
                }

                audio.Add(bytes);
                return null;
            case (_, "input_image"):
                return RealtimeError.NotOffered("Content of type 'input_image'", "item.content.type");
            default:
                return RealtimeError.Invalid("item.content.type", role == "assistant" ? "'output_text'" : role == "system" ? "'input_text'" : "'input_text' or 'input_audio'");
        }
    }

    private static (NewItem?, RealtimeError?) FunctionOutput(JsonElement item, string? id)
    {
        if (ClientEventParser.Text(item, "call_id") is not { Length: > 0 } call)
        {
            return Fault(RealtimeError.Missing("item.call_id"));
        }

        return ClientEventParser.Text(item, "output") is { } output ? (new NewItem.FunctionOutput(id, call, output), null) : Fault(RealtimeError.Missing("item.output"));
    }
}
