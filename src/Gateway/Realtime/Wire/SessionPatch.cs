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
        ("type", JsonValueKind.String) when value.ValueEquals("realtime") || value.ValueEquals("transcription") => null,
        ("type", _) => RealtimeError.NotOffered("A session of a type other than 'realtime' and 'transcription'", "session.type"),
        ("model", JsonValueKind.String) => null,
        ("instructions", JsonValueKind.String) => value.GetString()!.Length <= MaxInstructions ? null : RealtimeError.Invalid("session.instructions", $"at most {MaxInstructions} characters"),
        ("output_modalities", _) => ToolPatch.Modalities(value, "session.output_modalities"),
        ("audio", JsonValueKind.Object) => AudioPatch.Check(value),
        ("tools", JsonValueKind.Array) => ToolPatch.Tools(value, "session.tools"),
        ("tool_choice", _) => ToolPatch.Choice(value, "session.tool_choice"),
        ("max_output_tokens", _) => ToolPatch.MaxTokens(value, "session.max_output_tokens"),
        // Nothing here depends on these: taken, and said so in the spec.
        ("tracing" or "truncation" or "parallel_tool_calls" or "reasoning", _) => null,
        ("include" or "prompt", JsonValueKind.Null) => null,
        ("include", JsonValueKind.Array) when value.GetArrayLength() == 0 => null,
        ("include" or "prompt", _) => RealtimeError.NotOffered($"session.{name}", $"session.{name}"),
        _ => new RealtimeError("unknown_parameter", $"Unknown parameter, or a value of the wrong type: 'session.{ClientEventParser.Clip(name)}'.", $"session.{ClientEventParser.Clip(name)}"),
    };
}
