using System.Text;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The phonemizer's wide IPA in the Kokoro alphabet, with the stress it leaves out put back.</summary>
internal static class MisakiAlphabet
{
    private const string Full = "AIOWYQiuæɑɔɛɜɪʊʌ";
    private const string Reduced = "əᵊɐᵻ";

    // Longer spellings first: the first that matches is taken.
    private static readonly (string Ipa, string Misaki)[] Spellings =
    [
        ("d͡ʒ", "ʤ"), ("t͡ʃ", "ʧ"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "O"), ("aʊ", "W"), ("ɔɪ", "Y"),
        ("ɝ", "ɜɹ"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("l̩", "ᵊl"), ("n̩", "ᵊn"), ("m̩", "ᵊm"), ("ɪə", "ɪɹ"), ("ɛə", "ɛɹ"),
        ("ɒ", "ɑ"), ("o", "O"), ("e", "A"), ("a", "ɑ"), ("y", "u"), ("ø", "ɜ"), ("œ", "ɜ"), ("ɐ", "ə"), ("ɘ", "ə"), ("r", "ɹ"), ("ʀ", "ɹ"), ("ʁ", "ɹ"), ("ɫ", "l"),
        ("g", "ɡ"), ("x", "k"), ("χ", "k"), ("ç", "h"), ("β", "v"), ("ʋ", "v"), ("ʍ", "w"), ("ɱ", "m"), ("ɲ", "n"), ("ʎ", "l"), ("ʝ", "j"), ("ɟ", "ɡ"), ("ɾ", "T"), ("õ", "O"), ("ʏ", "ʊ"), ("ɥ", "w"),
    ];

    private const string Kept = "bdfhijklmnpstuvwzæðŋɑɔəɛɜɡɪɹʃʊʌʒθ";

    internal static string? FromIpa(string ipa)
    {
        var sounds = new StringBuilder(ipa.Length);
        for (var at = 0; at < ipa.Length;)
        {
            var (spelling, misaki) = Spellings.FirstOrDefault(s => string.CompareOrdinal(ipa, at, s.Ipa, 0, s.Ipa.Length) == 0);
            if (spelling is not null)
            {
                sounds.Append(misaki);
                at += spelling.Length;
            }
            else
            {
                _ = Kept.Contains(ipa[at]) ? sounds.Append(ipa[at]) : sounds;
                at++;
            }
        }

        return sounds.Length == 0 ? null : Stress(sounds.ToString());
    }

    /// <summary>English's habit where a dictionary does not say: before -ion, -ic and -ity the stress is on the syllable before, else near the front, never on a reduced vowel.</summary>
    internal static string Stress(string phonemes)
    {
        var vowels = new List<int>();
        for (var i = 0; i < phonemes.Length; i++)
        {
            if (Full.Contains(phonemes[i]) || Reduced.Contains(phonemes[i]))
            {
                vowels.Add(i);
            }
        }

        if (vowels.Count == 0)
        {
            return phonemes;
        }

        var place = vowels.Count <= 2 ? 0 : vowels.Count - 3;
        if (EndsAny(phonemes, "ʃən", "ʒən", "ɪk", "ɪks", "ɪʃən") && vowels.Count > 1)
        {
            place = vowels.Count - 2;
        }
        else if (EndsAny(phonemes, "əti", "ɪti", "ɪkəl", "iə", "ɑləʤi") && vowels.Count > 2)
        {
            place = vowels.Count - 3;
        }

        while (place < vowels.Count - 1 && Reduced.Contains(phonemes[vowels[place]]))
        {
            place++;
        }

        var stressed = new StringBuilder(phonemes).Insert(vowels[place], 'ˈ');
        var first = vowels[0];
        return place >= 2 && Full.Contains(phonemes[first]) ? stressed.Insert(first, 'ˌ').ToString() : stressed.ToString();
    }

    private static bool EndsAny(string phonemes, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (phonemes.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
