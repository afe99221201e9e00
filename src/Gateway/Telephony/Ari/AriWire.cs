using System.Text.Json;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>Reads what ARI sends: events of its WebSocket, channels of its answers. Knows no socket.</summary>
internal static class AriWire
{
    // A channel has some dozens of variables at most, and a caller's number some dozens of letters; the rest is not for a session.
    private const int MostVariables = 64;
    private const int LongestValue = 1_024;
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 16 };

    /// <summary>An event; null for what is none.</summary>
    public static AriEvent? ReadEvent(ReadOnlyMemory<byte> json) => Read(json, static root => root.ValueKind == JsonValueKind.Object && Text(root, "type") is { Length: > 0 } type
        ? new AriEvent(type)
        {
            Channel = ReadChannel(Part(root, "channel")),
            Arguments = Part(root, "args") is { ValueKind: JsonValueKind.Array } given ? [.. given.EnumerateArray().Take(MostVariables).Where(word => word.ValueKind == JsonValueKind.String).Select(word => Cut(word.GetString()!))] : [],
            Cause = Part(root, "cause") is { ValueKind: JsonValueKind.Number } cause && cause.TryGetInt32(out var number) ? number : 0,
        }
        : null);

    /// <summary>One channel; null for what is none.</summary>
    public static AriChannel? ReadChannel(ReadOnlyMemory<byte> json) => Read(json, static root => ReadChannel(root));

    /// <summary>All channels; none for what is no list of them.</summary>
    public static IReadOnlyList<AriChannel> ReadChannels(ReadOnlyMemory<byte> json) =>
        Read(json, static root => root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().Select(item => ReadChannel(item)).OfType<AriChannel>().ToList() : null) ?? [];

    /// <summary>The channels in an application.</summary>
    public static IReadOnlyList<string> ReadMembers(ReadOnlyMemory<byte> json) =>
        Read(json, static root => Part(root, "channel_ids") is { ValueKind: JsonValueKind.Array } ids ? ids.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!).ToList() : null) ?? [];

    /// <summary>Why a request failed, as Asterisk says; empty where it says nothing.</summary>
    public static string ReadFault(ReadOnlyMemory<byte> json) => Read(json, static root => Text(root, "message") is { Length: > 0 } message ? message : Text(root, "error")) ?? "";

    private static AriChannel? ReadChannel(JsonElement item)
    {
        if (Text(item, "id") is not { Length: > 0 } id)
        {
            return null;
        }

        var (caller, plan) = (Part(item, "caller"), Part(item, "dialplan"));
        return new AriChannel(id)
        {
            Name = Text(item, "name"),
            State = Text(item, "state"),
            CallerNumber = Text(caller, "number"),
            CallerName = Text(caller, "name"),
            Extension = Text(plan, "exten"),
            ApplicationData = Text(plan, "app_data"),
            Variables = ReadVariables(Part(item, "channelvars")),
        };
    }

    private static IReadOnlyDictionary<string, string> ReadVariables(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return AriChannel.NoVariables;
        }

        var variables = new Dictionary<string, string>();
        foreach (var variable in item.EnumerateObject().Where(variable => variable.Value.ValueKind == JsonValueKind.String).Take(MostVariables))
        {
            variables[Cut(variable.Name)] = Cut(variable.Value.GetString()!);
        }

        return variables;
    }

    private static JsonElement Part(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var part) ? part : default;

    private static string Text(JsonElement item, string name) => Part(item, name) is { ValueKind: JsonValueKind.String } text ? Cut(text.GetString()!) : "";

    private static string Cut(string text) => text.Length <= LongestValue ? text : text[..LongestValue];

    private static T? Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json, Depth);
            return read(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // No JSON, or text that is no Unicode.
            return null;
        }
    }
}
