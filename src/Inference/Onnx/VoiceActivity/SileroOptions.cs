namespace Conversation.Inference.Onnx.VoiceActivity;

/// <summary>The Silero voice activity lane. It always runs on the CPU: a window takes less time there than its way to another device.</summary>
public sealed record SileroOptions
{
    /// <summary>The model file, silero_vad_v6.onnx.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Streams that may be open at once; one more is an error. Default 1,024, 1 to 65,536.</summary>
    public int MaxStreams { get; init; } = 1024;

    /// <summary>Windows of one stream that may wait; one more is refused. Default 32 (one second), 1 to 1,024.</summary>
    public int QueueWindows { get; init; } = 32;

    /// <summary>Windows of different streams scored in one run. Default 32, 1 to 256.</summary>
    public int MaxBatch { get; init; } = 32;

    /// <summary>How long a window waits for other streams to share its run; none where only one stream is open. Default 2 ms, 0 to 20 ms, whole milliseconds.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>A run longer than this counts as hung in the lane's status. Default 5 s, 1 s to 1 h.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Another device than the CPU: for the bench that shows what it would cost.</summary>
    internal DeviceOptions Device { get; init; } = new();

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ModelPath))
        {
            yield return "Voice activity has no ModelPath.";
        }

        if (MaxStreams is < 1 or > 65_536)
        {
            yield return $"Voice activity: MaxStreams is {MaxStreams}, not 1 to 65,536.";
        }

        if (QueueWindows is < 1 or > 1024)
        {
            yield return $"Voice activity: QueueWindows is {QueueWindows}, not 1 to 1,024.";
        }

        if (MaxBatch is < 1 or > 256)
        {
            yield return $"Voice activity: MaxBatch is {MaxBatch}, not 1 to 256.";
        }

        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromMilliseconds(20))
        {
            yield return $"Voice activity: MaxWait is {MaxWait}, not 0 to 20 ms.";
        }

        if (HungAfter < TimeSpan.FromSeconds(1) || HungAfter > TimeSpan.FromHours(1))
        {
            yield return $"Voice activity: HungAfter is {HungAfter}, not 1 s to 1 h.";
        }
    }
}
