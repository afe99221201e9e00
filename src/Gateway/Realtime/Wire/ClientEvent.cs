using System.Text.Json.Nodes;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>What a client asks for; see docs/specs/realtime.md.</summary>
internal abstract record ClientEvent
{
    private ClientEvent()
    {
    }

    /// <summary>The client's own name for it, which an error repeats; null where it gave none.</summary>
    public string? EventId { get; init; }

    public sealed record SessionUpdate(SessionPatch Patch) : ClientEvent;

    /// <summary>Audio in the input format, no longer in base64.</summary>
    public sealed record Append(byte[] Audio) : ClientEvent;

    public sealed record Commit : ClientEvent;

    public sealed record ClearInput : ClientEvent;

    public sealed record ClearOutput : ClientEvent;

    public sealed record CreateItem(NewItem Item, string? PreviousItemId) : ClientEvent;

    public sealed record DeleteItem(string ItemId) : ClientEvent;

    public sealed record RetrieveItem(string ItemId) : ClientEvent;

    public sealed record Truncate(string ItemId, int ContentIndex, long AudioEndMs) : ClientEvent;

    public sealed record CreateResponse(JsonObject? Metadata) : ClientEvent;

    public sealed record CancelResponse(string? ResponseId) : ClientEvent;
}

/// <summary>An item that a client adds: what a caller typed, or what a function gave.</summary>
internal abstract record NewItem(string? Id)
{
    public sealed record UserText(string? Id, string Text) : NewItem(Id);

    public sealed record FunctionOutput(string? Id, string CallId, string Output) : NewItem(Id);
}

/// <summary>An event, or what is wrong with it and the name the client gave it.</summary>
internal readonly record struct Parsed(ClientEvent? Event, RealtimeError? Error, string? EventId);
