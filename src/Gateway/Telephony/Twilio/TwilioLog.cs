namespace Conversation.Gateway.Telephony.Twilio;

internal static partial class TwilioLog
{
    [LoggerMessage(100, LogLevel.Warning, "Refused a request to {Path} from {Address}: {Why}")]
    public static partial void Refused(ILogger logger, string path, string address, string why);

    [LoggerMessage(101, LogLevel.Warning, "Call {Call}: the stream was refused: {Why}")]
    public static partial void StreamRefused(ILogger logger, string call, string why);

    [LoggerMessage(102, LogLevel.Warning, "Call {Call}: the stream ends for {Why}")]
    public static partial void Broken(ILogger logger, string call, string why);

    [LoggerMessage(103, LogLevel.Information, "Call {Call}: of the caller's audio {Lost} messages never came and {Late} came late or twice")]
    public static partial void Losses(ILogger logger, string call, long lost, long late);

    [LoggerMessage(104, LogLevel.Warning, "Call {Call}: the carrier says {Error}")]
    public static partial void Said(ILogger logger, string call, string error);

    [LoggerMessage(105, LogLevel.Warning, "Call {Call}: is not transferred to what the dialog names: {Why}")]
    public static partial void NoTarget(ILogger logger, string call, string why);

    [LoggerMessage(106, LogLevel.Error, "The carrier did not {What}: {Why}")]
    public static partial void RestFailed(ILogger logger, string what, string why);
}
