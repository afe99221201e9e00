namespace Conversation.Sessions.Hosting;

/// <summary>Reasons a session closes for that mean something to its host; the core and the dialog have others. Listed in docs/specs/session-protocol.md.</summary>
internal static class CloseReasons
{
    /// <summary>The client called Close.</summary>
    public const string Client = "client";

    public const string ServerStopping = "server_stopping";
    public const string Overloaded = "overloaded";
    public const string TakenOver = "taken_over";

    /// <summary>A fault of the host, in its log.</summary>
    public const string Internal = "internal";
}
