namespace Conversation.Gateway.Hub;

internal sealed partial class ConnectionRegistry
{
    [LoggerMessage(1, LogLevel.Information, "Stopping: telling {Count} connections")]
    private partial void LogDraining(int count);

    [LoggerMessage(2, LogLevel.Error, "Watching over a connection failed")]
    private partial void LogWatchFailed(Exception fault);
}
