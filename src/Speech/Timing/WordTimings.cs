using Conversation.Speech.Pronunciation;

namespace Conversation.Speech.Timing;

/// <summary>Where the written words of a clause sound in its samples.</summary>
internal static class WordTimings
{
    /// <summary>
    /// The written words (what stands between white space) that were spoken, in order. <paramref name="ends"/>: the sample at which each character of the phonemes ends;
    /// where an engine does not know, <see cref="Estimate"/> gives it.
    /// </summary>
    internal static IReadOnlyList<ClauseWord> Find(string written, PhoneticClause phonetic, ReadOnlySpan<int> ends, int samples)
    {
        var words = new List<ClauseWord>();
        var tokens = Tokens(written);
        var next = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var (start, end) = tokens[i];
            int from = -1, to = -1;
            while (next < phonetic.Words.Count && phonetic.Words[next].Source < end)
            {
                var word = phonetic.Words[next++];
                from = from < 0 ? word.Start == 0 ? 0 : ends[word.Start - 1] : from;
                to = ends[word.End - 1];
            }

            if (from >= 0)
            {
                words.Add(new ClauseWord(written[start..end], Math.Clamp(from, 0, samples), Math.Clamp(to, 0, samples)));
            }
        }

        return words;
    }

    /// <summary>Ends from how long phonemes usually last beside each other, spread over the clause's samples.</summary>
    internal static int[] Estimate(string phonemes, int samples)
    {
        var total = WeightOf(phonemes);
        var ends = new int[phonemes.Length];
        var sum = 0f;
        for (var i = 0; i < ends.Length; i++)
        {
            sum += Weight(phonemes[i]);
            ends[i] = (int)(samples * (sum / Math.Max(total, 1e-3f)));
        }

        return ends;
    }

    /// <summary>How long phonemes usually last, in units whose length is the voice's pace.</summary>
    internal static float WeightOf(string phonemes)
    {
        var total = 0f;
        foreach (var phoneme in phonemes)
        {
            total += Weight(phoneme);
        }

        return total;
    }

    /// <summary>Relative lengths: diphthongs and long vowels most, stops and taps least, stress marks none.</summary>
    private static float Weight(char phoneme) => phoneme switch
    {
        'ˈ' or 'ˌ' or 'ː' => 0,
        'A' or 'I' or 'O' or 'W' or 'Y' or 'Q' => 1.6f,
        'i' or 'u' or 'ɑ' or 'ɔ' or 'æ' or 'ɜ' => 1.3f,
        'ə' or 'ᵊ' or 'ɐ' or 'ɪ' or 'ᵻ' => 0.7f,
        's' or 'ʃ' or 'f' or 'θ' or 'ʧ' => 1.2f,
        'T' or 'b' or 'd' or 'ɡ' => 0.6f,
        ' ' => 0.1f,
        ',' or ';' or ':' or '—' => 2f,
        '.' or '!' or '?' or '…' => 0.5f,
        _ => 0.9f,
    };

    private static List<(int Start, int End)> Tokens(string written)
    {
        var tokens = new List<(int, int)>();
        var start = -1;
        for (var i = 0; i <= written.Length; i++)
        {
            var inside = i < written.Length && !char.IsWhiteSpace(written[i]);
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                tokens.Add((start, i));
                start = -1;
            }
        }

        return tokens;
    }
}
