using Microsoft.Extensions.Logging;

namespace Conversation.Speech;

internal static partial class SpeakerLog
{
    /// <summary>Of an engine on another server, which has told the cause itself, once and not with each reply.</summary>
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Engine} does not speak a clause of {Characters} characters, or not all of it; {Other} does: {Why}")]
    internal static partial void StoodIn(ILogger logger, string engine, int characters, string other, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Engine} engine could not speak a clause of {Characters} characters; {Other} speaks it instead.")]
    internal static partial void FellBack(ILogger logger, string engine, int characters, string other, Exception error);
}
