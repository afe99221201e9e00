namespace Conversation.Sessions.Hosting;

/// <summary>Reasons a session closes for that mean something to its host; the core and the dialog have others. Listed in docs/specs/session-protocol.md.</summary>
internal static class CloseReasons
{
    /// <summary>The client called Close.</summary>
    public const string Client = "client";

    public const string ServerStopping = "server_stopping";
    public const string Overloaded = "overloaded";
    public const string TakenOver = "taken_over";

    /// <summary>The silo that held the session is gone; another reopens it as of its last completed turn.</summary>
    public const string SessionLost = "session_lost";

    /// <summary>A fault of the host, in its log.</summary>
    public const string Internal = "internal";
}
