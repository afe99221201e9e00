namespace Conversation.ClusterBench.Driver;

/// <summary>How much is measured.</summary>
internal sealed record Settings
{
    public required int Rounds { get; init; }

    public required int FrameCalls { get; init; }

    /// <summary>Of each host at each load, until the compiler has settled.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>Before a host's round, while those of the round before finish their last replies.</summary>
    public required TimeSpan Settle { get; init; }

    public required TimeSpan FrameLength { get; init; }

    /// <summary>Sessions a core.</summary>
    public required int[] Steps { get; init; }

    public required TimeSpan CapacitySettle { get; init; }

    public required TimeSpan CapacityLength { get; init; }

    public required int MemoryCalls { get; init; }

    public required TimeSpan MemorySettle { get; init; }

    public static Settings Full { get; } = new()
    {
        Rounds = 7,
        FrameCalls = 50,
        WarmUp = TimeSpan.FromSeconds(15),
        Settle = TimeSpan.FromSeconds(3),
        FrameLength = TimeSpan.FromSeconds(5),
        Steps = [100, 150, 200, 250, 300, 350, 400],
        CapacitySettle = TimeSpan.FromSeconds(5),
        CapacityLength = TimeSpan.FromSeconds(10),
        MemoryCalls = 200,
        MemorySettle = TimeSpan.FromSeconds(10),
    };

    public static Settings Quick { get; } = Full with
    {
        Rounds = 3,
        WarmUp = TimeSpan.FromSeconds(4),
        Settle = TimeSpan.FromSeconds(1.5),
        FrameLength = TimeSpan.FromSeconds(2),
        Steps = [150],
        CapacitySettle = TimeSpan.FromSeconds(4),
        CapacityLength = TimeSpan.FromSeconds(4),
        MemoryCalls = 50,
        MemorySettle = TimeSpan.FromSeconds(2),
    };
}
