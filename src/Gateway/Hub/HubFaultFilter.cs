using Microsoft.AspNetCore.SignalR;

namespace Conversation.Gateway.Hub;

/// <summary>Around every call: notes that the client is alive. A bug in a hub method ends neither the connection nor in silence: it is logged, and the client is told that it was not its fault.</summary>
internal sealed partial class HubFaultFilter(ILogger<HubFaultFilter> logger) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var connection = invocationContext.Context.Items.TryGetValue(SessionHub.Key, out var found) ? found as SessionConnection : null;
        connection?.Touch();
        try
        {
            return await next(invocationContext).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not HubException and not OperationCanceledException)
        {
            LogFailed(fault, invocationContext.HubMethodName);
            var told = Faults.Internal();
            if (invocationContext.HubMethodName != nameof(SessionHub.Open))
            {
                connection?.Client.Tell(told);
            }

            throw new HubException($"{told.Code}: {told.Message}");
        }
    }

    [LoggerMessage(20, LogLevel.Error, "{Method} failed")]
    private partial void LogFailed(Exception fault, string method);
}
