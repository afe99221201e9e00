namespace Conversation.Sessions.Store;

/// <summary>What outlives a process of a session: all that is needed to reopen it at its last completed turn. Holds what was said, so it is personal data.</summary>
public sealed record SessionRecord
{
    /// <summary>The session's id.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the resume token in hexadecimal; the token itself is never stored.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Tenant the session belongs to; empty for the host's own.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The settings in force.</summary>
    public SessionSettings Settings { get; init; } = new();

    /// <summary>Name of the responder that answers.</summary>
    public string Responder { get; init; } = "";

    /// <summary>The responder's own state, opaque here; empty for none.</summary>
    public string DialogState { get; init; } = "";

    /// <summary>Completed turns, oldest first.</summary>
    public IReadOnlyList<TurnLine> Turns { get; init; } = [];

    /// <summary>Who called, where a carrier told.</summary>
    public CallerInfo? Caller { get; init; }

    /// <summary>When the session was opened, milliseconds since 1970 UTC; saving it again does not change it.</summary>
    public long CreatedUnixMs { get; init; }

    /// <summary>When this record was made, milliseconds since 1970 UTC. Of two records of a session the later one stands.</summary>
    public long UpdatedUnixMs { get; init; }
}

/// <summary>One line of a listing: no words of anybody.</summary>
public sealed record SessionSummary(string Id, string Tenant, int Turns, long CreatedUnixMs, long UpdatedUnixMs);
