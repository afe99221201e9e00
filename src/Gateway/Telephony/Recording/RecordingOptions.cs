namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Recordings of calls; configuration section <c>Gateway:Recording</c>. Which calls are recorded their route says (<see cref="CarrierRoute.Record"/>).</summary>
public sealed record RecordingOptions
{
    /// <summary>The folder for recordings, made where it is not there. Default none: no call is recorded.</summary>
    public string? Folder { get; init; }

    /// <summary>Free space on its disk in MiB below which recordings end and none begins. Default 1,024, from 0 to 1,048,576.</summary>
    public int LeastFreeMb { get; init; } = 1_024;

    /// <summary>Days after which recordings are deleted. Default 30, from 0 (never) to 36,500.</summary>
    public int RetentionDays { get; init; } = 30;

    /// <summary>The longest recording; the call goes on after it. Default 4 h, from 1 min to 6 h.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(4);

    internal IEnumerable<string> Faults()
    {
        if (Folder is { } folder && !Path.IsPathFullyQualified(folder))
        {
            yield return $"Gateway:Recording:Folder is '{folder}': give a full path.";
        }

        if (LeastFreeMb is < 0 or > 1_048_576)
        {
            yield return $"Gateway:Recording:LeastFreeMb is {LeastFreeMb}: give 0 to 1048576.";
        }

        if (RetentionDays is < 0 or > 36_500)
        {
            yield return $"Gateway:Recording:RetentionDays is {RetentionDays}: give 0 to 36500.";
        }

        if (!(Longest >= TimeSpan.FromMinutes(1) && Longest <= TimeSpan.FromHours(6)))
        {
            yield return $"Gateway:Recording:Longest is {Longest}: give 00:01:00 to 06:00:00.";
        }
    }
}
