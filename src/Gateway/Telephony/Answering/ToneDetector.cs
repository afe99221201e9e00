namespace Conversation.Gateway.Telephony.Answering;

/// <summary>
/// Hears a machine's beep: one steady tone. In each frame of 20 ms the strongest of the frequencies from 400 to 2,500 Hz is looked for (Goertzel, every
/// 12.5 Hz); the frame is a tone where nearly all its energy lies there, and the tone goes on where the frequency stays. A voice has its energy in many
/// harmonics that move; ringing and keys are of two tones. Not thread-safe.
/// </summary>
internal sealed class ToneDetector
{
    /// <summary>Frames of 20 ms that make a beep: 160 ms.</summary>
    public const int Frames = 8;

    private const double Lowest = 400, Highest = 2_500, Step = 12.5;
    private const double Share = 0.75;
    private const double MostDrift = 20;
    private const double LeastRms = 120;
    private readonly double[] turns;
    private int count;
    private double hertz;

    public ToneDetector(int rate) => turns = [.. Enumerable.Range(0, (int)((Highest - Lowest) / Step) + 1).Select(n => 2 * Math.Cos(2 * Math.PI * (Lowest + (n * Step)) / rate))];

    /// <summary>Whether the last frame was of a tone.</summary>
    public bool InTone => count > 0;

    /// <summary>Whether the tone has lasted as long as a beep does.</summary>
    public bool IsBeep => count >= Frames;

    /// <summary>Takes the next 20 ms.</summary>
    public void Take(ReadOnlySpan<short> frame)
    {
        double energy = 0;
        foreach (var sample in frame)
        {
            energy += (double)sample * sample;
        }

        if (energy < LeastRms * LeastRms * frame.Length)
        {
            count = 0;
            return;
        }

        var (best, at) = (0.0, 0);
        for (var n = 0; n < turns.Length; n++)
        {
            var power = Power(frame, turns[n]);
            (best, at) = power > best ? (power, n) : (best, at);
        }

        // A sine's whole energy at its own frequency comes to 1.
        var found = Lowest + (at * Step);
        if (2 * best / (frame.Length * energy) < Share)
        {
            count = 0;
            return;
        }

        count = count > 0 && Math.Abs(found - hertz) <= MostDrift ? count + 1 : 1;
        hertz = count == 1 ? found : hertz;
    }

    private static double Power(ReadOnlySpan<short> frame, double turn)
    {
        double one = 0, two = 0;
        foreach (var sample in frame)
        {
            (one, two) = (sample + (turn * one) - two, one);
        }

        return (one * one) + (two * two) - (turn * one * two);
    }
}
