namespace Conversation.Gateway.Telephony.Ari;

internal static partial class AriLog
{
    [LoggerMessage(71, LogLevel.Information, "Taking ARI calls of application {App} at {Url}")]
    public static partial void Connected(ILogger logger, string app, string url);

    [LoggerMessage(72, LogLevel.Warning, "No ARI at {Url}: {Why}. Next try in {Seconds} s")]
    public static partial void Lost(ILogger logger, string url, string why, double seconds);

    [LoggerMessage(73, LogLevel.Error, "Another has taken ARI application {App}: give each gateway one of its own")]
    public static partial void Replaced(ILogger logger, string app);

    [LoggerMessage(74, LogLevel.Warning, "Channel {Channel} goes on in the dialplan: {Why}")]
    public static partial void NotTaken(ILogger logger, string channel, string why);

    [LoggerMessage(75, LogLevel.Warning, "Channel {Channel} was not connected: {Why}")]
    public static partial void CallFailed(ILogger logger, string channel, string why);

    [LoggerMessage(76, LogLevel.Error, "An ARI call failed")]
    public static partial void Fault(ILogger logger, Exception fault);

    [LoggerMessage(78, LogLevel.Warning, "Outbound call {Channel} is given up: {Why}")]
    public static partial void GivenUp(ILogger logger, string channel, string why);

    [LoggerMessage(77, LogLevel.Information, "Outbound call {Channel} was not answered: cause {Cause}")]
    public static partial void NotAnswered(ILogger logger, string channel, int cause);
}
