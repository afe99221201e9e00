namespace Conversation.Core.Replies;

/// <summary>How long a reply may take before the session helps itself.</summary>
public sealed record ReplyOptions
{
    /// <summary>A committed reply must have audio within this time, else an apology is spoken. Default 8 s, 500 ms to 2 min.</summary>
    public TimeSpan FirstAudioWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>A reply that is not ended must bring more within this time once what came has played. Default 8 s, 500 ms to 2 min.</summary>
    public TimeSpan MoreWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>A listener that does not say it has heard the end is believed to have, so long after it should. Default 2 s, 100 ms to 30 s.</summary>
    public TimeSpan AcknowledgeWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A function of the client's that a reply waits for must give its result within this time. Default 10 min, 1 s to 1 h.</summary>
    public TimeSpan ClientWithin { get; init; } = TimeSpan.FromMinutes(10);

    internal void Validate(OptionFaults faults)
    {
        faults.Check(FirstAudioWithin, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(2), "Reply.FirstAudioWithin");
        faults.Check(MoreWithin, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(2), "Reply.MoreWithin");
        faults.Check(AcknowledgeWithin, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), "Reply.AcknowledgeWithin");
        faults.Check(ClientWithin, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "Reply.ClientWithin");
    }
}
