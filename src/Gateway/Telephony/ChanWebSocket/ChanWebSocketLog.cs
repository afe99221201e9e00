namespace Conversation.Gateway.Telephony.ChanWebSocket;

internal static partial class ChanWebSocketLog
{
    [LoggerMessage(60, LogLevel.Warning, "Channel {Channel} has format {Format} in frames of {Ms} ms, which is not taken: have c(slin16), c(slin), c(slin24) or c(slin48) in its Dial()")]
    public static partial void Unfit(ILogger logger, string channel, string format, int ms);

    [LoggerMessage(61, LogLevel.Warning, "Channel {Channel}: Asterisk says {Error}")]
    public static partial void Failed(ILogger logger, string channel, string error);

    [LoggerMessage(62, LogLevel.Warning, "Refused a connection to /v1/asterisk from {Address}: {Why}")]
    public static partial void Refused(ILogger logger, string address, string why);
}
