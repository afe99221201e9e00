using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Remote;

/// <summary>What remote engines need from their host.</summary>
public sealed record RemoteServices(RemoteMetrics Metrics, ILoggerFactory Loggers, TimeProvider Time);
