namespace Conversation.Gateway.Telephony.AudioHook;

internal static partial class AudioHookLog
{
    [LoggerMessage(80, LogLevel.Warning, "Refused a connection to /v1/audiohook from {Address}: {Why}")]
    public static partial void Refused(ILogger logger, string address, string why);

    [LoggerMessage(81, LogLevel.Warning, "AudioHook session {Session} breaks the protocol: {Why}")]
    public static partial void Broken(ILogger logger, string session, string why);

    [LoggerMessage(82, LogLevel.Warning, "AudioHook session {Session}: the client says {Code} {Error}")]
    public static partial void Failed(ILogger logger, string session, int code, string error);

    [LoggerMessage(83, LogLevel.Information, "AudioHook session {Session} is a probe for connector '{Connector}'")]
    public static partial void Probed(ILogger logger, string session, string connector);

    [LoggerMessage(84, LogLevel.Information, "AudioHook session {Session} is closed by the client: {Reason}")]
    public static partial void Closes(ILogger logger, string session, string reason);

    [LoggerMessage(85, LogLevel.Debug, "AudioHook session {Session}: '{Kind}' is not known here")]
    public static partial void Unknown(ILogger logger, string session, string kind);
}
