namespace Conversation.Inference.Lanes;

/// <summary>How one lane (one device, one model) takes and groups work.</summary>
public sealed record LaneOptions
{
    /// <summary>Its name in metrics, logs and errors, such as "recognition-quick".</summary>
    public required string Name { get; init; }

    /// <summary>Requests that may wait; one more is refused with <see cref="Ports.LaneFullException"/>. Default 64, 1 to 100,000.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>Requests put into one run. Default 1 (no batching), 1 to 1,024.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>How long the oldest request may wait for others to share its run. Default zero, at most 1 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.Zero;

    /// <summary>Threads that run batches side by side, each one batch. Default 1, 1 to 64.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>A run longer than this counts as hung: its requests and those waiting fail, new ones are refused until it returns. Default 30 s, 1 s to 1 h.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return "A lane has no Name.";
        }

        if (QueueCapacity is < 1 or > 100_000)
        {
            yield return $"Lane '{Name}': QueueCapacity is {QueueCapacity}, not 1 to 100,000.";
        }

        if (MaxBatch is < 1 or > 1024)
        {
            yield return $"Lane '{Name}': MaxBatch is {MaxBatch}, not 1 to 1,024.";
        }

        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromSeconds(1))
        {
            yield return $"Lane '{Name}': MaxWait is {MaxWait}, not zero to 1 s.";
        }

        if (Workers is < 1 or > 64)
        {
            yield return $"Lane '{Name}': Workers is {Workers}, not 1 to 64.";
        }

        if (HungAfter < TimeSpan.FromSeconds(1) || HungAfter > TimeSpan.FromHours(1))
        {
            yield return $"Lane '{Name}': HungAfter is {HungAfter}, not 1 s to 1 h.";
        }
    }

    internal void Validate()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults));
        }
    }
}
