namespace Conversation.Sessions;

/// <summary>The sample rates that clients may choose, in hertz.</summary>
public static class AudioRates
{
    /// <summary>Of audio sent here.</summary>
    public static IReadOnlyList<int> Inputs { get; } = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

    /// <summary>Of audio made here.</summary>
    public static IReadOnlyList<int> Outputs { get; } = [8_000, 16_000, 24_000, 48_000];

    /// <summary>What is wrong with a rate of audio sent here, or null.</summary>
    public static SessionFault? CheckInput(int rate) =>
        Inputs.Contains(rate) ? null : new SessionFault("bad_rate", $"inputRate {rate} is not taken; give one of {string.Join(", ", Inputs)}.", "inputRate");

    /// <summary>What is wrong with a rate of audio to be made here, or null. <paramref name="setting"/> is what the client calls it.</summary>
    public static SessionFault? CheckOutput(int rate, string setting = "outputRate") =>
        Outputs.Contains(rate) ? null : new SessionFault("bad_rate", $"{setting} {rate} is not made; ask for one of {string.Join(", ", Outputs)}.", setting);
}
