namespace Conversation.Audio.Tests;

/// <summary>Test signals and how they are measured.</summary>
internal static class Signals
{
    public static float[] Sine(double hertz, int rate, int count, double amplitude = 0.5, double phase = 0.3)
    {
        var samples = new float[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = (float)(amplitude * Math.Sin((2 * Math.PI * hertz * i / rate) + phase));
        }

        return samples;
    }

    public static float[] Noise(int count, double amplitude, int seed)
    {
        var random = new Random(seed);
        var samples = new float[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = (float)(((random.NextDouble() * 2) - 1) * amplitude);
        }

        return samples;
    }

    public static double RmsDb(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
        }

        return 10 * Math.Log10((sum / samples.Length) + 1e-30);
    }

    public static double SnrDb(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double signal = 0, noise = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            signal += (double)expected[i] * expected[i];
            noise += Math.Pow(expected[i] - (double)actual[i], 2);
        }

        return 10 * Math.Log10(signal / (noise + 1e-30));
    }

    /// <summary>Bytes that fifty runs of <paramref name="action"/> allocate on this thread once it has run a while; the least of three tries, as a collection elsewhere may empty a pool meanwhile.</summary>
    public static long Allocated(Action action)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++)
            {
                action();
            }

            // The first round is the warm-up.
            least = attempt == 0 ? least : Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
