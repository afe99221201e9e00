namespace Conversation.Audio;

/// <summary>How a <see cref="JitterBuffer"/> trades delay against gaps. Lengths are in frames of the stream (20 ms on a phone line).</summary>
public sealed record JitterBufferOptions
{
    /// <summary>Samples in a frame. Default 160 (20 ms at 8 kHz); 40 to 4,800.</summary>
    public int FrameSamples { get; init; } = 160;

    /// <summary>Frames gathered before playout begins, and again after it ran dry. Default 3; 1 to <see cref="Capacity"/>.</summary>
    public int Target { get; init; } = 3;

    /// <summary>Frames held at most; when more come the oldest are skipped, which also bounds the delay. Default 10; 2 to 500.</summary>
    public int Capacity { get; init; } = 10;

    /// <summary>Frames that a gap is concealed for, fading out; then silence. Default 4; 0 to 50.</summary>
    public int Conceal { get; init; } = 4;

    /// <summary>Every fault, empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Range(faults, nameof(FrameSamples), FrameSamples, 40, 4_800);
        Range(faults, nameof(Capacity), Capacity, 2, 500);
        Range(faults, nameof(Target), Target, 1, Math.Max(1, Capacity));
        Range(faults, nameof(Conceal), Conceal, 0, 50);
        return faults;
    }

    private static void Range(List<string> faults, string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add($"{name} is {value}, allowed are {least} to {most}.");
        }
    }
}
