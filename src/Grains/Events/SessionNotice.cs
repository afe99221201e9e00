using Conversation.Sessions;

namespace Conversation.Grains.Events;

/// <summary>Something that happened in a session, for those who look on: a supervisor, a recorder, analytics. Holds what was said, so it is personal data.</summary>
[GenerateSerializer, Immutable, Alias("conversation.SessionNotice")]
internal sealed record SessionNotice
{
    /// <summary>The session.</summary>
    [Id(0)]
    public required string Session { get; init; }

    /// <summary>Its tenant; empty for the host's own.</summary>
    [Id(1)]
    public required string Tenant { get; init; }

    /// <summary>When it was told, milliseconds since 1970 UTC.</summary>
    [Id(2)]
    public required long UnixMs { get; init; }

    /// <summary>What the client was told.</summary>
    [Id(3)]
    public required SessionEvent Event { get; init; }
}
