using Conversation.Sessions;

namespace Conversation.Gateway.Hub;

/// <summary>Why the gateway closes a connection; the sessions have reasons of their own. Listed in docs/specs/session-protocol.md.</summary>
internal static class CloseReasons
{
    public const string SlowClient = "slow_client";
    public const string Flood = "flood";
    public const string TooManyErrors = "too_many_errors";
    public const string ClientTimeout = "client_timeout";
    public const string OpenTimeout = "open_timeout";
    public const string ServerStopping = "server_stopping";
    public const string Busy = "busy";
}

/// <summary>What the gateway itself finds wrong, in words that name what to change.</summary>
internal static class Faults
{
    public static SessionFault SlowClient() =>
        new("slow_client", "This connection does not take what is sent to it. Open another and resume; read without waiting, or ask for a lower outputRate.", "outputRate");

    public static SessionFault AudioFlood(GatewayOptions options) =>
        new("flood", $"Audio came faster than {options.AudioRateFactor} times real time. Send at the pace of the microphone, and inputRate as it is.", "inputRate");

    public static SessionFault ControlFlood(GatewayOptions options) =>
        new("flood", $"More than {options.ControlPerSecond} messages a second came. Report Played every 100 ms.");

    public static SessionFault TooManyErrors(GatewayOptions options) =>
        new("too_many_errors", $"{options.MaxFaults} messages on this connection were faulty; the errors before this one say how.");

    public static SessionFault ClientTimeout(GatewayOptions options) =>
        new("client_timeout", $"Nothing came from this client for {options.ClientTimeout.TotalSeconds:0} s, not even a ping. Connect again and resume.");

    public static SessionFault OpenTimeout(GatewayOptions options) =>
        new("open_timeout", $"Open was not called within {options.OpenTimeout.TotalSeconds:0} s of connecting.");

    public static SessionFault Stopping() =>
        new("server_stopping", "The server is stopping. Connect again in a few seconds and resume; completed turns are kept.");

    public static SessionFault Busy() =>
        new("busy", "The server has as many connections as it takes. Try again later.");

    public static SessionFault NotOpen(string method) =>
        new("not_open", $"{method} came before Open succeeded, or after the session was closed.");

    public static SessionFault AlreadyOpen() =>
        new("already_open", "This connection has a session. Close it, or connect again for another.");

    public static SessionFault Text(int limit) =>
        new("text_too_long", $"A typed turn holds 1 to {limit} characters.", "text");

    public static SessionFault Internal() =>
        new("internal", "The server failed at this; the session goes on.");
}
