using System.Text.Json.Nodes;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>What was wrong with a client's event, as the <c>error</c> event tells it: a code of the dialect, words, and the field.</summary>
internal sealed record RealtimeError(string Code, string Message, string? Param = null)
{
    /// <summary>"invalid_request_error", or "server_error" where the fault is ours.</summary>
    public string Type { get; init; } = "invalid_request_error";

    /// <summary>A part of the dialect that this platform does not have.</summary>
    public static RealtimeError NotOffered(string what, string param) => new("not_offered", $"{what} is not offered by this server.", param);

    public static RealtimeError Missing(string param) => new("missing_required_parameter", $"Missing required parameter: '{param}'.", param);

    public static RealtimeError Invalid(string param, string expected) => new("invalid_value", $"Invalid value: '{param}' must be {expected}.", param);

    public JsonObject ToJson(string? eventId) => new()
    {
        ["type"] = Type,
        ["code"] = Code,
        ["message"] = Message,
        ["param"] = Param,
        ["event_id"] = eventId,
    };
}
