using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Inference.Lanes;

/// <summary>What lanes and engines need from their host.</summary>
public sealed record LaneServices(LaneMetrics Metrics, ILoggerFactory Loggers, TimeProvider Time)
{
    /// <summary>Without telemetry: for tools and tests.</summary>
    public static LaneServices Quiet { get; } = new(new LaneMetrics(new UnlistenedMeters()), NullLoggerFactory.Instance, TimeProvider.System);

    private sealed class UnlistenedMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
