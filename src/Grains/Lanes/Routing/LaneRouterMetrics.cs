using System.Diagnostics.Metrics;
using Conversation.Grains.Lanes.Local;

namespace Conversation.Grains.Lanes.Routing;

/// <summary>What the lane router counts and times. Seconds, explicit buckets.</summary>
internal sealed class LaneRouterMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Conversation.Grains.Lanes";

    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16] };

    private readonly Histogram<double> calls;
    private readonly Counter<long> failures;
    private readonly Counter<long> moves;

    public LaneRouterMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        calls = meter.CreateHistogram("conversation.lanes.call", "s", "Requests that a lane answered, by role and by where the lane is.", null, Seconds);
        failures = meter.CreateCounter<long>("conversation.lanes.failures", "{request}", "Requests that a lane did not answer, by role, by where the lane is and by reason.");
        moves = meter.CreateCounter<long>("conversation.lanes.moves", "{move}", "Requests and streams that went on to another lane.");
    }

    public void Answered(LaneRole role, string where, TimeSpan took) => calls.Record(took.TotalSeconds, Role(role), Where(where));

    public void Failed(LaneRole role, string where, string reason) => failures.Add(1, Role(role), Where(where), new("reason", reason));

    public void Moved(LaneRole role) => moves.Add(1, Role(role));

    private static KeyValuePair<string, object?> Role(LaneRole role) => new("role", role switch
    {
        LaneRole.Recognition => "recognition",
        LaneRole.Synthesis => "synthesis",
        LaneRole.VoiceActivity => "voice_activity",
        _ => "speaker",
    });

    private static KeyValuePair<string, object?> Where(string where) => new("where", where);
}
