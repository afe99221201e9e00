using System.Diagnostics.Metrics;
using Conversation.Core;
using Conversation.Sessions.Pump;

namespace Conversation.Sessions;

/// <summary>What the sessions room counts and times. Seconds, explicit buckets.</summary>
internal sealed class SessionMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Conversation.Sessions";

    private static readonly InstrumentAdvice<double> Latency = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1.2, 2, 4, 8] };

    private readonly UpDownCounter<long> live;
    private readonly Counter<long> turns;
    private readonly Counter<long> interruptions;
    private readonly Counter<long> storeFailures;
    private readonly Histogram<double> speechEndToAudio;
    private readonly Histogram<double> commitToAudio;

    public SessionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        live = meter.CreateUpDownCounter<long>("conversation.sessions.live", "{session}", "Sessions open now.");
        turns = meter.CreateCounter<long>("conversation.turns", "{turn}", "Completed turns.");
        interruptions = meter.CreateCounter<long>("conversation.interruptions", "{interruption}", "Speech over a reply, by how it was judged.");
        storeFailures = meter.CreateCounter<long>("conversation.store.failures", "{failure}", "Session records that could not be written.");
        speechEndToAudio = meter.CreateHistogram("conversation.turn.speech_end_to_audio", "s", "From the caller's true end of speech to the first audio of the reply.", null, Latency);
        commitToAudio = meter.CreateHistogram("conversation.turn.commit_to_audio", "s", "From the end of the turn being certain to the first audio of the reply.", null, Latency);
    }

    public void Opened() => live.Add(1);

    public void Closed() => live.Add(-1);

    public void TurnCompleted(bool interrupted) => turns.Add(1, new KeyValuePair<string, object?>("interrupted", interrupted));

    public void Interruption(InterruptionOutcome outcome) => interruptions.Add(1, new KeyValuePair<string, object?>("outcome", Wire.Name(outcome)));

    public void StoreFailed() => storeFailures.Add(1);

    public void TurnMeasured(Speculation speculation, TimeSpan fromSpeechEnd, TimeSpan fromCommit)
    {
        var tag = new KeyValuePair<string, object?>("speculation", Wire.Name(speculation));
        speechEndToAudio.Record(fromSpeechEnd.TotalSeconds, tag);
        commitToAudio.Record(fromCommit.TotalSeconds, tag);
    }
}
