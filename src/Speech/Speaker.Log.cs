using Microsoft.Extensions.Logging;

namespace Conversation.Speech;

internal static partial class SpeakerLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Engine} engine could not speak a clause of {Characters} characters; {Other} speaks it instead, or the rest of it: {Fault}: {Why}")]
    internal static partial void FellBack(ILogger logger, string engine, int characters, string other, string fault, string why, Exception? error);
}
