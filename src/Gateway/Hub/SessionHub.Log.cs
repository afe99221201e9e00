namespace Conversation.Gateway.Hub;

internal sealed partial class SessionHub
{
    [LoggerMessage(10, LogLevel.Debug, "{Connection} connected by {Transport}")]
    private partial void LogConnected(string connection, string transport);

    [LoggerMessage(11, LogLevel.Debug, "{Connection} disconnected, fault {Fault}")]
    private partial void LogDisconnected(string connection, string fault);

    [LoggerMessage(12, LogLevel.Information, "{Connection} opened session {Session}, resumed {Resumed}, restored {Restored}")]
    private partial void LogOpened(string connection, string session, bool resumed, bool restored);

    [LoggerMessage(13, LogLevel.Debug, "{Connection} sent what was refused: {Code}")]
    private partial void LogRefused(string connection, string code);

    [LoggerMessage(14, LogLevel.Warning, "{Connection} is closed: {Reason}")]
    private partial void LogEnded(string connection, string reason);
}
