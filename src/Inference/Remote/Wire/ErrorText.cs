using System.Text.Json;

namespace Conversation.Inference.Remote.Wire;

/// <summary>What a server says of its refusal: <c>{"error":{"message":…}}</c> as OpenAI's, <c>{"error":"…"}</c>, <c>{"detail":…}</c> or <c>{"message":"…"}</c> as others'.</summary>
internal static class ErrorText
{
    private const int Longest = 200;

    /// <summary>The words, short and without anything that could break a log; empty where there are none.</summary>
    public static string Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
            using var json = JsonDocument.ParseValue(ref reader);
            return Clean(Find(json.RootElement, 0) ?? "");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // A lone surrogate, even in a name, is JSON and no text.
            return "";
        }
    }

    /// <summary>Whether a 200 is an error all the same.</summary>
    public static bool IsError(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && !root.TryGetProperty("text", out _);

    private static string? Find(JsonElement at, int depth)
    {
        if (at.ValueKind == JsonValueKind.String)
        {
            return at.GetString();
        }

        if (at.ValueKind != JsonValueKind.Object || depth > 3)
        {
            return null;
        }

        foreach (var name in new[] { "error", "message", "detail" })
        {
            if (at.TryGetProperty(name, out var inner) && Find(inner, depth + 1) is { Length: > 0 } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Clean(string text) => string.Concat(text.Take(Longest).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
}
