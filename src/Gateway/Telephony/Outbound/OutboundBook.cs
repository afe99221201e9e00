namespace Conversation.Gateway.Telephony.Outbound;

/// <summary>What became of the calls begun here: the last ones, in memory.</summary>
internal sealed class OutboundBook
{
    private const int Most = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<string, OutboundStatus> calls = new(StringComparer.Ordinal);
    private readonly Queue<string> oldest = new();

    /// <summary>A call is begun. Before its carrier answers, for it may be answered sooner.</summary>
    public void Begun(OutboundStatus call)
    {
        lock (gate)
        {
            calls[call.Id] = call;
            oldest.Enqueue(call.Id);
            while (oldest.Count > Most)
            {
                calls.Remove(oldest.Dequeue());
            }
        }
    }

    /// <summary>The carrier's name for it.</summary>
    public void Named(string id, string callId) => Change(id, call => call with { CallId = callId });

    /// <summary>The carrier refused it.</summary>
    public void Refused(string id)
    {
        lock (gate)
        {
            calls.Remove(id);
        }
    }

    /// <summary>Who answered it.</summary>
    public void Answered(string id, string by, string reason, int afterMs) => Change(id, call => call with { AnsweredBy = by, Reason = reason, AfterMs = afterMs });

    /// <summary>A call; null where it is not known, or no longer.</summary>
    public OutboundStatus? Find(string id)
    {
        lock (gate)
        {
            return calls.GetValueOrDefault(id);
        }
    }

    private void Change(string id, Func<OutboundStatus, OutboundStatus> change)
    {
        lock (gate)
        {
            if (calls.TryGetValue(id, out var call))
            {
                calls[id] = change(call);
            }
        }
    }
}

/// <summary>A call begun here. Who answered is null until it is known, and where nobody listens for it.</summary>
internal sealed record OutboundStatus(string Id, string Carrier, string CallId)
{
    /// <summary>"human", "machine" or "unknown".</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>What told it: words, pause, length, beep, silence, patience, carrier.</summary>
    public string? Reason { get; init; }

    /// <summary>Milliseconds from the answer to that.</summary>
    public int? AfterMs { get; init; }
}
