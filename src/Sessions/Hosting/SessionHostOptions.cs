namespace Conversation.Sessions.Hosting;

/// <summary>How many sessions this host admits and how it keeps them.</summary>
public sealed record SessionHostOptions
{
    /// <summary>Sessions open at once; more are refused. Default 64, range 1 to 100,000.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>How long a lost connection may take to come back. Default 30 s, range 1 s to 10 min.</summary>
    public TimeSpan ResumeWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session can be reopened from the store. Default 24 h; zero keeps nothing.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Input audio kept for recognition. Default 25 s, range 15 s to 60 s.</summary>
    public TimeSpan InputKept { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Length of the frames sent. Default 20 ms, range 10 to 60 ms.</summary>
    public TimeSpan Frame { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The responder used where a client names none. Default "clinic".</summary>
    public string Responder { get; init; } = "clinic";

    /// <summary>Folder for recordings of what went into and out of each session's core, for replay; empty for none. Holds personal data.</summary>
    public string RecordTo { get; init; } = "";

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxSessions is < 1 or > 100_000)
        {
            yield return $"Sessions:MaxSessions is {MaxSessions}; it must be 1 to 100,000.";
        }

        if (ResumeWithin < TimeSpan.FromSeconds(1) || ResumeWithin > TimeSpan.FromMinutes(10))
        {
            yield return $"Sessions:ResumeWithin is {ResumeWithin}; it must be 1 second to 10 minutes.";
        }

        if (KeepFor < TimeSpan.Zero)
        {
            yield return $"Sessions:KeepFor is {KeepFor}; it must not be negative.";
        }

        if (InputKept < TimeSpan.FromSeconds(15) || InputKept > TimeSpan.FromSeconds(60))
        {
            yield return $"Sessions:InputKept is {InputKept}; it must be 15 to 60 seconds.";
        }

        if (Frame < TimeSpan.FromMilliseconds(10) || Frame > TimeSpan.FromMilliseconds(60))
        {
            yield return $"Sessions:Frame is {Frame}; it must be 10 to 60 milliseconds.";
        }
    }
}
