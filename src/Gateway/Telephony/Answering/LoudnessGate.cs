namespace Conversation.Gateway.Telephony.Answering;

/// <summary>Whether 20 ms are loud for the line they come by: well above its quietest, which is followed down at once and up slowly. Not thread-safe.</summary>
internal sealed class LoudnessGate
{
    private const double Least = -50, Above = 12, RisePerFrame = 0.15;
    private double floor = -75;

    public bool IsLoud(ReadOnlySpan<short> frame)
    {
        double energy = 1;
        foreach (var sample in frame)
        {
            energy += (double)sample * sample;
        }

        var level = 10 * Math.Log10(energy / frame.Length / (32_768.0 * 32_768.0));
        floor = Math.Clamp(Math.Min(level, floor + RisePerFrame), -75, -30);
        return level > Math.Max(Least, floor + Above);
    }
}
