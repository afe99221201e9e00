using System.Diagnostics.Metrics;
using Conversation.Inference.Lanes;

namespace Conversation.Inference.Remote;

/// <summary>What remote engines measure, tagged with the engine ("recognition", "synthesis/TIER"). Times in seconds.</summary>
public sealed class RemoteMetrics
{
    private static readonly double[] Seconds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 5, 10];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _fallbacks;
    private readonly Histogram<double> _firstByte;
    private readonly UpDownCounter<int> _open;

    /// <summary>Creates the instruments.</summary>
    public RemoteMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(LaneMetrics.MeterName);
        _requests = meter.CreateCounter<long>("conversation.remote.requests", "{request}", "Requests sent to a remote engine.");
        _fallbacks = meter.CreateCounter<long>("conversation.remote.fallbacks", "{request}", "What was done here instead, by cause.");
        _firstByte = meter.CreateHistogram("conversation.remote.first_byte", "s", "From a request to the first sound, or to the words.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
        _open = meter.CreateUpDownCounter<int>("conversation.remote.open", "{engine}", "Remote engines that are left alone at present.");
    }

    internal void Asked(string engine) => _requests.Add(1, new KeyValuePair<string, object?>("engine", engine));

    internal void FellBack(string engine, RemoteCause cause) => _fallbacks.Add(1, new("engine", engine), new("cause", RemoteException.NameOf(cause)));

    internal void FirstByte(string engine, TimeSpan after) => _firstByte.Record(after.TotalSeconds, new KeyValuePair<string, object?>("engine", engine));

    internal void Opened(string engine, int change) => _open.Add(change, new KeyValuePair<string, object?>("engine", engine));
}
