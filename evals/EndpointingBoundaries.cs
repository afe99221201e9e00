using Conversation.Audio;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>Finds where words of a recording end: soft moments at which recognition of what comes before and of what comes after agrees with the text.</summary>
internal static class EndpointingBoundaries
{
    private const int Rate = Recordings.Rate;
    private const int Step = Rate / 100;
    private const int Around = 12;

    public static async Task<List<(int At, int Words)>> FindAsync(EndpointingEars ears, string name, string text, float[] samples, int wanted)
    {
        var found = new List<(int At, int Words)>();
        var tokens = EndpointingClip.Tokens(text);
        if (tokens.Length < 4)
        {
            return found;
        }

        foreach (var at in Soft(samples).OrderBy(at => EndpointingClip.Hash(name + at)).Take(10))
        {
            var before = (await ears.HearAsync(Padded(samples[..at]), accurate: false)).Text;
            var after = (await ears.HearAsync(Padded(samples[at..]), accurate: false)).Text;
            if (Words(tokens, before, after) is { } words && found.TrueForAll(f => Math.Abs(f.Words - words) >= 2))
            {
                found.Add((at, words));
                if (found.Count == wanted)
                {
                    break;
                }
            }
        }

        return found;
    }

    // What comes after fixes the place, for the recogniser may invent an ending to what comes before.
    private static int? Words(string[] tokens, string before, string after)
    {
        var (head, tail) = (TextNormalizer.Split(before), TextNormalizer.Split(after));
        for (var words = 2; words <= tokens.Length - 2; words++)
        {
            var (left, right) = (TextNormalizer.Split(string.Join(' ', tokens[..words])), TextNormalizer.Split(string.Join(' ', tokens[words..])));
            if (right.Length >= 2 && tail.Length == right.Length && tail[0] == right[0] && tail[1] == right[1] && WordErrors.Between(right, tail).Errors <= 1
                && Math.Abs(head.Length - left.Length) <= 1 && WordErrors.Between(left, head).Errors <= 1)
            {
                return words;
            }
        }

        return null;
    }

    private static IEnumerable<int> Soft(float[] samples)
    {
        var levels = Enumerable.Range(0, samples.Length / Step).Select(i => Levels.RmsDb(samples.AsSpan(i * Step, Step))).ToArray();
        for (var i = Around; i < levels.Length - Around; i++)
        {
            var lowest = levels.AsSpan(i - (Around / 3), (2 * Around / 3) + 1);
            var least = float.MaxValue;
            foreach (var level in lowest)
            {
                least = Math.Min(least, level);
            }

            if (levels[i] <= least && Highest(levels.AsSpan(i - Around, Around)) > levels[i] + 9 && Highest(levels.AsSpan(i + 1, Around)) > levels[i] + 9)
            {
                yield return (i * Step) + (Step / 2);
            }
        }
    }

    private static float Highest(ReadOnlySpan<float> levels)
    {
        var highest = float.MinValue;
        foreach (var level in levels)
        {
            highest = Math.Max(highest, level);
        }

        return highest;
    }

    private static float[] Padded(float[] samples)
    {
        var padded = new float[samples.Length + (Rate / 4)];
        samples.CopyTo(padded, Rate / 8);
        return padded;
    }
}
