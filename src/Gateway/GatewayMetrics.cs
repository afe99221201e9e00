using System.Diagnostics.Metrics;

namespace Conversation.Gateway;

/// <summary>The gateway's instruments, meter <c>Conversation.Gateway</c>.</summary>
internal sealed class GatewayMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Conversation.Gateway";

    private readonly UpDownCounter<long> connections;
    private readonly Counter<long> opened;
    private readonly Counter<long> framesIn;
    private readonly Counter<long> framesOut;
    private readonly Counter<long> rejected;
    private readonly Counter<long> queueFull;
    private readonly Counter<long> slowClients;
    private readonly Counter<long> answered;
    private readonly Histogram<double> speak;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        connections = meter.CreateUpDownCounter<long>("gateway.connections", "{connection}", "Connections open now.");
        opened = meter.CreateCounter<long>("gateway.sessions.opened", "{session}", "Sessions opened, by how: new, resumed, restored.");
        framesIn = meter.CreateCounter<long>("gateway.frames.in", "{frame}", "Audio messages taken from clients.");
        framesOut = meter.CreateCounter<long>("gateway.frames.out", "{frame}", "Audio frames sent to clients.");
        rejected = meter.CreateCounter<long>("gateway.rejected", "{message}", "Messages refused, by code.");
        queueFull = meter.CreateCounter<long>("gateway.queue.full", "{frame}", "Frames held back because a client's queue was full.");
        slowClients = meter.CreateCounter<long>("gateway.slow_clients", "{connection}", "Connections closed because they did not take what was sent.");
        answered = meter.CreateCounter<long>("gateway.calls.answered", "{call}", "Calls made from here that were listened to, by who answered and what told it.");
        speak = meter.CreateHistogram("gateway.speak.duration", "s", "Time to answer /api/speak.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });
    }

    public void Connected() => connections.Add(1);

    public void Disconnected() => connections.Add(-1);

    public void Opened(string how) => opened.Add(1, new KeyValuePair<string, object?>("how", how));

    public void FrameIn() => framesIn.Add(1);

    public void FrameOut() => framesOut.Add(1);

    public void Rejected(string code) => rejected.Add(1, new KeyValuePair<string, object?>("code", code));

    public void QueueFull() => queueFull.Add(1);

    public void SlowClient() => slowClients.Add(1);

    public void Answered(string by, string reason) => answered.Add(1, new("by", by), new KeyValuePair<string, object?>("reason", reason));

    public void Spoke(TimeSpan duration) => speak.Record(duration.TotalSeconds);
}
