using System.Collections.Frozen;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>Kokoro's symbols as numbers (config.json of hexgrad/Kokoro-82M, Apache-2.0).</summary>
internal static class KokoroTokens
{
    private static readonly FrozenDictionary<char, long> Ids = Table().ToFrozenDictionary();

    internal static bool Has(char symbol) => Ids.ContainsKey(symbol);

    /// <summary>Tokens between two pads, and for each character the last token that belongs to it. Unknown characters have none.</summary>
    internal static (long[] Ids, int[] LastToken) Encode(ReadOnlySpan<char> phonemes)
    {
        var ids = new List<long>(phonemes.Length + 2) { 0 };
        var last = new int[phonemes.Length];
        for (var i = 0; i < phonemes.Length; i++)
        {
            if (Ids.TryGetValue(phonemes[i], out var id))
            {
                ids.Add(id);
            }

            last[i] = ids.Count - 1;
        }

        ids.Add(0);
        return ([.. ids], last);
    }

    /// <summary>Cuts what is too long for one run: after the last punctuation that fits, else after the last space, else anywhere.</summary>
    internal static IEnumerable<(int Start, int Length)> Split(string phonemes, int most)
    {
        var start = 0;
        while (phonemes.Length - start > most)
        {
            var window = phonemes.AsSpan(start, most);
            var cut = window.LastIndexOfAny(",.;:!?—…");
            cut = cut < most / 3 ? window.LastIndexOf(' ') : cut;
            cut = cut <= 0 ? most - 1 : cut;
            yield return (start, cut + 1);
            start += cut + 1;
        }

        yield return (start, phonemes.Length - start);
    }

    private static Dictionary<char, long> Table()
    {
        var table = new Dictionary<char, long>();
        // Runs of consecutive symbols from a first number.
        foreach (var (first, symbols) in new (long, string)[]
        {
            (1, ";:,.!?"), (9, "—…\"()“” \u0303ʣʥʦʨᵝ\uAB67AI"), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Yᵊabcdef"), (50, "hijklmnopqrstuvwxyzɑɐɒæ"),
            (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"), (92, "ɡ"), (99, "ɥ"), (101, "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"),
            (128, "ʁɽʂʃʈʧ"), (135, "ʊʋ"), (138, "ʌɣɤ"), (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"), (171, "→↗↘"), (177, "ᵻ"),
        })
        {
            for (var i = 0; i < symbols.Length; i++)
            {
                table[symbols[i]] = first + i;
            }
        }

        return table;
    }
}
