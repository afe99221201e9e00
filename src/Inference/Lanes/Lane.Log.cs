using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Lanes;

internal static partial class LaneLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Lane {Lane}: a run of {Requests} requests failed")]
    public static partial void RunFailed(ILogger logger, string lane, int requests, Exception error);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Lane {Lane} hangs: a run of {Requests} requests has taken more than {Limit}")]
    public static partial void Hung(ILogger logger, string lane, int requests, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lane {Lane} returned after {Time} and takes work again")]
    public static partial void Recovered(ILogger logger, string lane, TimeSpan time);

    [LoggerMessage(Level = LogLevel.Error, Message = "Lane {Lane}: a receiver of results threw")]
    public static partial void SinkFailed(ILogger logger, string lane, Exception error);
}
