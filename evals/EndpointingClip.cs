using System.Text;
using System.Text.RegularExpressions;
using Conversation.Audio;

namespace Conversation.Evals;

/// <summary>A spoken prompt, its text, and where in it a caller might stop to think: sample positions after so many words.</summary>
internal sealed record EndpointingClip(string Name, string Text, float[] Samples, IReadOnlyList<(int At, int Words)> Boundaries, bool Synthetic)
{
    private const int Rate = Recordings.Rate;
    private const int Lead = Rate * 3 / 10;
    private const float LoudestFloor = 0.001f;

    /// <summary>Prompts are divided into two halves by their names: one to develop on, one to report on.</summary>
    public static bool IsHeldOut(string name) => (Hash(name) & 1) == 1;

    /// <summary>Where speech truly ends: after the last 10 ms that is not 40 dB below the loudest.</summary>
    public int SpeechEnd { get; } = EndOfSpeech(Samples);

    public static uint Hash(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2166136261u, static (h, b) => (h ^ b) * 16777619u) >> 7;

    /// <summary>The whole, with quiet around it.</summary>
    public float[] Whole(bool digitalSilence) => Join(digitalSilence, Samples[..Math.Min(Samples.Length, SpeechEnd + (Rate / 20))], 2 * Rate, []);

    /// <summary>With a pause of <paramref name="pauseMs"/> at <paramref name="at"/>.</summary>
    public float[] Paused(int at, int pauseMs, bool digitalSilence) => Join(digitalSilence, Samples[..at], pauseMs * Rate / 1000, Samples[at..]);

    /// <summary>A position in the clip as one in what <see cref="Whole"/> and <see cref="Paused"/> give.</summary>
    public static TimeSpan Time(int at) => TimeSpan.FromSeconds((double)(at + Lead) / Rate);

    /// <summary>Whether a sentence ends after so many words: then a pause there is no thinking pause.</summary>
    public bool EndsSentence(int words) => Tokens(Text) is var tokens && (words >= tokens.Length || Regex.IsMatch(tokens[words - 1], "[.?!…]\\W*$"));

    /// <summary>Words as they are counted: parted by white space.</summary>
    public static string[] Tokens(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static int EndOfSpeech(float[] samples)
    {
        const int Step = Rate / 100;
        var peak = 0f;
        for (var i = 0; i + Step <= samples.Length; i += Step)
        {
            peak = Math.Max(peak, Levels.RmsDb(samples.AsSpan(i, Step)));
        }

        for (var i = samples.Length / Step * Step; i >= Step; i -= Step)
        {
            if (Levels.RmsDb(samples.AsSpan(i - Step, Step)) > peak - 40)
            {
                return i;
            }
        }

        return samples.Length;
    }

    private float[] Join(bool digitalSilence, float[] before, int quiet, float[] after)
    {
        var floor = digitalSilence ? [0f] : Floor();
        var all = new float[Lead + before.Length + quiet + after.Length];
        for (var i = 0; i < all.Length; i++)
        {
            // There and back again, so that the loop has no seam.
            var at = i % (2 * floor.Length);
            all[i] = floor[at < floor.Length ? at : (2 * floor.Length) - 1 - at];
        }

        Put(before, Lead, fadeIn: false, fadeOut: true);
        Put(after, Lead + before.Length + quiet, fadeIn: true, fadeOut: false);
        return all;

        void Put(float[] part, int at, bool fadeIn, bool fadeOut)
        {
            const int Fade = Rate / 200;
            for (var i = 0; i < part.Length; i++)
            {
                var gain = Math.Min(fadeIn ? Math.Min(1f, (i + 1f) / Fade) : 1f, fadeOut ? Math.Min(1f, (part.Length - (float)i) / Fade) : 1f);
                all[at + i] = part[i] * gain;
            }
        }
    }

    /// <summary>The softest 80 ms; where a voice left no quiet in the clip, that is speech, and is turned down to what a room is.</summary>
    private float[] Floor()
    {
        const int Length = Rate * 8 / 100;
        var (best, from) = (float.MaxValue, 0);
        for (var i = 0; i + Length <= Samples.Length; i += Length / 4)
        {
            var level = Levels.Rms(Samples.AsSpan(i, Length));
            if (level < best)
            {
                (best, from) = (level, i);
            }
        }

        var floor = Samples.AsSpan(from, Math.Min(Length, Samples.Length)).ToArray();
        return Synthetic && best > LoudestFloor ? Array.ConvertAll(floor, sample => sample * LoudestFloor / best) : floor;
    }
}
