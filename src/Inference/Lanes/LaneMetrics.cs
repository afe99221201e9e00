using System.Diagnostics.Metrics;

namespace Conversation.Inference.Lanes;

/// <summary>What lanes measure, tagged with the lane's name. Meter "Conversation.Inference"; times in seconds.</summary>
public sealed class LaneMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Conversation.Inference";

    private static readonly double[] Seconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _run;
    private readonly Histogram<int> _batch;
    private readonly UpDownCounter<int> _depth;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _hung;

    /// <summary>Creates the instruments.</summary>
    public LaneMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _wait = meter.CreateHistogram("conversation.lane.wait", "s", "Time a request waited before its run began.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _run = meter.CreateHistogram("conversation.lane.run", "s", "Time one run took.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _batch = meter.CreateHistogram("conversation.lane.batch", "{request}", "Requests in one run.", null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
        _depth = meter.CreateUpDownCounter<int>("conversation.lane.queue", "{request}", "Requests waiting.");
        _rejected = meter.CreateCounter<long>("conversation.lane.rejected", "{request}", "Requests refused because the queue was full or the lane hung.");
        _failed = meter.CreateCounter<long>("conversation.lane.failed", "{request}", "Requests whose run failed.");
        _hung = meter.CreateCounter<long>("conversation.lane.hung", "{run}", "Runs that exceeded HungAfter.");
    }

    internal Recorder For(string lane) => new(this, new("lane", lane));

    /// <summary>The instruments with one lane's tag, boxed once so that recording allocates nothing.</summary>
    internal sealed class Recorder(LaneMetrics metrics, KeyValuePair<string, object?> lane)
    {
        public void Queued(int change) => metrics._depth.Add(change, lane);

        public void Waited(TimeSpan time) => metrics._wait.Record(time.TotalSeconds, lane);

        public void Ran(TimeSpan time, int batch)
        {
            metrics._run.Record(time.TotalSeconds, lane);
            metrics._batch.Record(batch, lane);
        }

        public void Rejected() => metrics._rejected.Add(1, lane);

        public void Failed(int requests) => metrics._failed.Add(requests, lane);

        public void Hung() => metrics._hung.Add(1, lane);
    }
}
