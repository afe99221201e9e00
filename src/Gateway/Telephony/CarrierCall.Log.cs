namespace Conversation.Gateway.Telephony;

/// <content>What is logged of a call.</content>
internal sealed partial class CarrierCall
{
    [LoggerMessage(41, LogLevel.Information, "Call {Call} by {Carrier} opened session {Session} at {Rate} Hz")]
    private partial void LogOpened(string call, string carrier, string session, int rate);

    [LoggerMessage(42, LogLevel.Warning, "Call {Call} by {Carrier} got no session: {Code}")]
    private partial void LogRefused(string call, string carrier, string code);

    [LoggerMessage(43, LogLevel.Information, "Call {Call} ends: {Reason}")]
    private partial void LogEnding(string call, string reason);

    [LoggerMessage(44, LogLevel.Information, "Call {Call} is asked to {Action}")]
    private partial void LogAction(string call, string action);

    [LoggerMessage(45, LogLevel.Debug, "Keys pressed in call {Call} were refused: {Code}")]
    private partial void LogTypedRefused(string call, string code);
}
