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

    public sealed record CreateResponse(ResponseParams Params) : ClientEvent;

    public sealed record CancelResponse(string? ResponseId) : ClientEvent;
}

/// <summary>An item that a client adds: what was said by anybody, or what a function gave.</summary>
internal abstract record NewItem(string? Id)
{
    /// <summary>Words of the caller (user), of the platform (assistant), or to it (system).</summary>
    public sealed record Message(string? Id, string Role, string Text) : NewItem(Id);

    /// <summary>What the caller said, in the input format; <paramref name="Text"/> are words typed in the same item.</summary>
    public sealed record Spoken(string? Id, byte[] Audio, string Text) : NewItem(Id);

    public sealed record FunctionOutput(string? Id, string CallId, string Output) : NewItem(Id);
}

/// <summary>An event, or what is wrong with it and the name the client gave it.</summary>
internal readonly record struct Parsed(ClientEvent? Event, RealtimeError? Error, string? EventId);
