using Conversation.Core;
using Conversation.Inference.Ports;

namespace Conversation.Sessions.Pump;

/// <summary>When what happened in the turn at hand, on the session's monotonic clock: the picture of where its latency went.</summary>
internal sealed class TurnLatencies
{
    private readonly Lock gate = new();
    private TimeSpan recognizedAt;
    private TimeSpan recognitionTook;
    private TimeSpan committedAt;

    public void Recognized(SessionOutput.Recognize ask, TimeSpan now, Recognition heard)
    {
        if (!ask.Final)
        {
            return;
        }

        lock (gate)
        {
            recognizedAt = now;
            recognitionTook = heard.Queued + heard.Computed;
        }
    }

    public void Committed(TimeSpan now)
    {
        lock (gate)
        {
            committedAt = now;
        }
    }

    /// <summary>Spans from the caller's true end of speech, <paramref name="speechEndToCommit"/> before the commit.</summary>
    public IReadOnlyList<LatencySpan> Spans(Reply reply, TimeSpan speechEndToCommit, TimeSpan now)
    {
        lock (gate)
        {
            var origin = committedAt - speechEndToCommit;
            List<LatencySpan> spans = [new("endpointing", 0, Ms(speechEndToCommit))];
            if (recognizedAt > TimeSpan.Zero)
            {
                Add("recognition", recognizedAt - recognitionTook, recognizedAt);
            }

            Add("dialog", reply.PreparedAt, reply.FirstTextAt);
            Add("synthesis", reply.FirstTextAt ?? reply.PreparedAt, reply.FirstAudioAt);
            Add("playout", Max(committedAt, reply.FirstAudioAt ?? committedAt), now);
            return spans;

            void Add(string name, TimeSpan from, TimeSpan? to)
            {
                if (to is { } end && end >= from)
                {
                    spans.Add(new LatencySpan(name, Ms(from - origin), Ms(end - from)));
                }
            }
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}
