using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>
/// The fields of a session object that a client set, checked one by one, as they are to be repeated in <c>session.updated</c>. Only what is
/// known by this version of the dialect gets in.
/// </summary>
internal sealed class SessionPatch
{
    private const int MaxInstructions = 65_536;
    private const int MaxTools = 128;

    private SessionPatch(JsonObject fields) => Fields = fields;

    /// <summary>The fields, in the session object's shape.</summary>
    public JsonObject Fields { get; }

    public static (SessionPatch? Patch, RealtimeError? Error) Parse(JsonElement session)
    {
        var fields = new JsonObject();
        foreach (var field in session.EnumerateObject())
        {
            if (Check(field.Name, field.Value) is { } error)
            {
                return (null, error);
            }

            // The last of several of one name counts, as in JSON generally.
            fields[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }

        return (new SessionPatch(fields), null);
    }

    private static RealtimeError? Check(string name, JsonElement value) => (name, value.ValueKind) switch
    {
        ("type", JsonValueKind.String) when value.ValueEquals("realtime") => null,
        ("type", _) => RealtimeError.NotOffered("A session of a type other than 'realtime'", "session.type"),
        ("model", JsonValueKind.String) => null,
        ("instructions", JsonValueKind.String) => value.GetString()!.Length <= MaxInstructions ? null : RealtimeError.Invalid("session.instructions", $"at most {MaxInstructions} characters"),
        ("output_modalities", JsonValueKind.Array) => Modalities(value),
        ("audio", JsonValueKind.Object) => AudioPatch.Check(value),
        ("tools", JsonValueKind.Array) => Tools(value),
        ("tool_choice", JsonValueKind.String) when value.ValueEquals("auto") || value.ValueEquals("none") => null,
        ("tool_choice", _) => RealtimeError.NotOffered("A tool_choice other than 'auto' and 'none'", "session.tool_choice"),
        ("max_output_tokens", JsonValueKind.String) when value.ValueEquals("inf") => null,
        ("max_output_tokens", _) => RealtimeError.NotOffered("A max_output_tokens other than 'inf'", "session.max_output_tokens"),
        // Nothing here depends on these: taken, and said so in the spec.
        ("tracing" or "truncation" or "parallel_tool_calls" or "reasoning", _) => null,
        ("include" or "prompt", JsonValueKind.Null) => null,
        ("include", JsonValueKind.Array) when value.GetArrayLength() == 0 => null,
        ("include" or "prompt", _) => RealtimeError.NotOffered($"session.{name}", $"session.{name}"),
        _ => new RealtimeError("unknown_parameter", $"Unknown parameter, or a value of the wrong type: 'session.{ClientEventParser.Clip(name)}'.", $"session.{ClientEventParser.Clip(name)}"),
    };

    private static RealtimeError? Modalities(JsonElement value) =>
        value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String && (value[0].ValueEquals("audio") || value[0].ValueEquals("text"))
            ? null
            : RealtimeError.Invalid("session.output_modalities", "['audio'] or ['text']");

    private static RealtimeError? Tools(JsonElement value)
    {
        if (value.GetArrayLength() > MaxTools)
        {
            return RealtimeError.Invalid("session.tools", $"at most {MaxTools} tools");
        }

        foreach (var tool in value.EnumerateArray())
        {
            if (tool.ValueKind != JsonValueKind.Object || ClientEventParser.Text(tool, "type") is not { } type)
            {
                return RealtimeError.Missing("session.tools.type");
            }

            if (type != "function")
            {
                return RealtimeError.NotOffered($"A tool of type '{ClientEventParser.Clip(type)}'", "session.tools.type");
            }

            if (ClientEventParser.Text(tool, "name") is not { Length: > 0 and <= 64 })
            {
                return RealtimeError.Missing("session.tools.name");
            }

            if (tool.TryGetProperty("parameters", out var parameters) && parameters.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                return RealtimeError.Invalid("session.tools.parameters", "a JSON schema");
            }
        }

        return null;
    }
}
