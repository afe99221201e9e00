using System.Text.Json;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>Checks what a session and a single response say of functions and of length, in the same words.</summary>
internal static class ToolPatch
{
    private const int MaxTools = 128;

    public static RealtimeError? Tools(JsonElement value, string path)
    {
        if (value.GetArrayLength() > MaxTools)
        {
            return RealtimeError.Invalid(path, $"at most {MaxTools} tools");
        }

        foreach (var tool in value.EnumerateArray())
        {
            if (tool.ValueKind != JsonValueKind.Object || ClientEventParser.Text(tool, "type") is not { } type)
            {
                return RealtimeError.Missing(path + ".type");
            }

            if (type != "function")
            {
                return RealtimeError.NotOffered($"A tool of type '{ClientEventParser.Clip(type)}'", path + ".type");
            }

            if (ClientEventParser.Text(tool, "name") is not { Length: > 0 and <= 64 })
            {
                return RealtimeError.Missing(path + ".name");
            }

            if (tool.TryGetProperty("parameters", out var parameters) && parameters.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                return RealtimeError.Invalid(path + ".parameters", "a JSON schema");
            }
        }

        return null;
    }

    public static RealtimeError? Choice(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String when value.GetString() is "auto" or "none" or "required" => null,
        JsonValueKind.Object when ClientEventParser.Text(value, "type") == "function" => ClientEventParser.Text(value, "name") is { Length: > 0 and <= 64 } ? null : RealtimeError.Missing(path + ".name"),
        JsonValueKind.Object => RealtimeError.NotOffered("A tool_choice that names no function", path),
        _ => RealtimeError.Invalid(path, "'auto', 'none', 'required' or {type: 'function', name}"),
    };

    public static RealtimeError? MaxTokens(JsonElement value, string path) =>
        (value.ValueKind == JsonValueKind.String && value.ValueEquals("inf")) || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var most) && most is >= 1 and <= 4_096)
            ? null
            : RealtimeError.Invalid(path, "a whole number from 1 to 4096, or 'inf'");

    public static RealtimeError? Modalities(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String && (value[0].ValueEquals("audio") || value[0].ValueEquals("text"))
            ? null
            : RealtimeError.Invalid(path, "['audio'] or ['text']");
}
