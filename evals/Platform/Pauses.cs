using Conversation.Audio;

namespace Conversation.Evals.Platform;

/// <summary>Puts a thinking pause into a recorded sentence.</summary>
internal static class Pauses
{
    private const int Hop = 160;

    /// <summary>Writes the clip with a pause at its quietest place between 35 and 70 % of its speech; null where the text is too short or ends a sentence inside. The pause holds the clip's own quiet.</summary>
    public static string? Insert(string path, string text, TimeSpan pause, string to)
    {
        // Two sentences have an honest end inside.
        var inner = text.Trim().TrimEnd('.', '!', '?');
        if (inner.Split(' ').Length < 5 || inner.AsSpan().IndexOfAny('.', '!', '?') >= 0)
        {
            return null;
        }

        var audio = WavFile.Read(path);
        var samples = Resampler.Convert(audio.Samples, audio.SampleRate, 16_000);
        var levels = new float[samples.Length / Hop];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = Levels.RmsDb(samples.AsSpan(i * Hop, Hop));
        }

        var floor = levels.Max() - 35;
        var (first, last) = (Array.FindIndex(levels, l => l > floor), Array.FindLastIndex(levels, l => l > floor));
        var (from, end) = (first + ((last - first) * 35 / 100), first + ((last - first) * 70 / 100));
        var cut = from;
        for (var i = from; i < end; i++)
        {
            // Over 50 ms, so that a stop consonant's closure does not pass for a gap.
            if (Sum(levels, i) < Sum(levels, cut))
            {
                cut = i;
            }
        }

        var quiet = new float[(int)(pause.TotalSeconds * 16_000)];
        var noise = new Random(1);
        for (var i = 0; i < quiet.Length; i++)
        {
            quiet[i] = ((float)noise.NextDouble() - 0.5f) * Levels.FromDb(-66);
        }

        float[] joined = [.. samples.AsSpan(0, cut * Hop), .. quiet, .. samples.AsSpan(cut * Hop)];
        var pcm = new short[joined.Length];
        Pcm.ToShort(joined, pcm);
        File.WriteAllBytes(to, WavFile.Write(pcm, 16_000));
        return to;
    }

    private static float Sum(float[] levels, int at)
    {
        var sum = 0f;
        for (var i = Math.Max(0, at - 2); i <= Math.Min(levels.Length - 1, at + 2); i++)
        {
            sum += levels[i];
        }

        return sum;
    }
}
