namespace Conversation.Sessions.Store;

/// <summary>Where sessions are kept and within what bounds.</summary>
public sealed record SqliteSessionStoreOptions
{
    /// <summary>The database file; its folder is made where it is missing. Required.</summary>
    public string Path { get; init; } = "";

    /// <summary>How long to wait for a file another process has locked. Default 2 s, whole seconds from 1 to 60.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most the file may hold before saving fails with <c>store_full</c>. Default 1 GiB, from 1 MiB up.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Saves waiting for the one writer before further ones fail with <c>store_busy</c>. Default 1,024, from 1 to 100,000.</summary>
    public int QueueCapacity { get; init; } = 1_024;

    /// <summary>Every fault of these options, in words; empty where they are sound.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(Path))
        {
            faults.Add("Store: Path is missing: name the database file.");
        }

        if (LockTimeout < TimeSpan.FromSeconds(1) || LockTimeout > TimeSpan.FromSeconds(60))
        {
            faults.Add($"Store: LockTimeout is {LockTimeout}: give 1 to 60 s.");
        }

        if (MaxBytes < 1L << 20)
        {
            faults.Add($"Store: MaxBytes is {MaxBytes}: give at least 1,048,576.");
        }

        if (QueueCapacity is < 1 or > 100_000)
        {
            faults.Add($"Store: QueueCapacity is {QueueCapacity}: give 1 to 100,000.");
        }

        return faults;
    }
}
