using Microsoft.Extensions.Logging;

namespace Conversation.Dialog.Chat;

internal sealed partial class ChatResponder
{
    [LoggerMessage(1, LogLevel.Error, "Responder {Responder}: {Reason}. The setting to look at is {Setting}")]
    private static partial void LogFailed(ILogger log, Exception exception, string responder, string reason, string setting);

    [LoggerMessage(2, LogLevel.Warning, "Tool {Tool} of responder {Responder} failed; the model was told so")]
    private static partial void LogToolFailed(ILogger log, Exception exception, string tool, string responder);
}
