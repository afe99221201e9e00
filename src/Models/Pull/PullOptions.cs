namespace Conversation.Models.Pull;

/// <summary>How packages are pulled.</summary>
internal sealed record PullOptions
{
    /// <summary>Packages fetched and unpacked at once. Default 3, 1 to 16: one unpacks while others arrive.</summary>
    public int Parallelism { get; init; } = 3;

    /// <summary>Connections tried for a package, each continuing where the last ended. Default 6, 1 or more.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Pause before the second attempt, doubled for each further one. Default 0.5 s, 0 or more.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>A connection that brings nothing for this long is given up. Default 30 s, more than 0.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Room left free on the disk. Default 200 MB, 0 or more bytes.</summary>
    public long DiskMargin { get; init; } = 200_000_000;

    /// <summary>Every fault at once; empty when right.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        if (Parallelism is < 1 or > 16)
        {
            faults.Add("Parallelism must be 1 to 16.");
        }

        if (Attempts < 1)
        {
            faults.Add("Attempts must be 1 or more.");
        }

        if (RetryPause < TimeSpan.Zero)
        {
            faults.Add("RetryPause must not be negative.");
        }

        if (Stall <= TimeSpan.Zero)
        {
            faults.Add("Stall must be more than zero.");
        }

        if (DiskMargin < 0)
        {
            faults.Add("DiskMargin must not be negative.");
        }

        return faults;
    }
}
