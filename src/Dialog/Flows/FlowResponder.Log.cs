using Microsoft.Extensions.Logging;

namespace Conversation.Dialog.Flows;

internal sealed partial class FlowResponder
{
    [LoggerMessage(1, LogLevel.Error, "Action {Action} of flow {Flow} failed; the caller was told so")]
    private static partial void LogActionFailed(ILogger log, Exception exception, string action, string flow);
}
