namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>
/// The Kokoro (misaki) alphabet as espeak's American English writes it, which is what Piper's voices were trained on:
/// one letter diphthongs and affricates spelled out, length marks, r-coloured vowels as one symbol.
/// </summary>
internal static class EspeakAlphabet
{
    private const string Vowels = "AIOWYQaeiouæɑɒɐɔəɚɛɜɪʊʌᵊᵻ";

    /// <summary>The symbols of the character at <paramref name="at"/>; which depend on its neighbours. Empty where it has no sound of its own.</summary>
    internal static string Spell(string phonemes, int at)
    {
        var here = phonemes[at];
        var next = at + 1 < phonemes.Length ? phonemes[at + 1] : '\0';
        return here switch
        {
            'A' => "eɪ",
            'I' => "aɪ",
            'O' => "oʊ",
            'Q' => "əʊ",
            'W' => "aʊ",
            'Y' => "ɔɪ",
            'ʤ' => "dʒ",
            'ʧ' => "tʃ",
            'ᵊ' => "ə",
            'T' => "ɾ",
            'ɜ' when next == 'ɹ' => Stressed(phonemes, at) ? "ɜː" : "ɚ",
            'ə' when next == 'ɹ' => "ɚ",
            'ɹ' when RColoured(phonemes, at) && !VowelAfter(phonemes, at) => "",
            'ɑ' or 'ɔ' when next != 'ː' => here + "ː",
            'u' when next != 'ː' => "uː",
            'i' when EndsWord(next) && at > 0 && phonemes[at - 1] == 'ð' => "ɪ",
            'i' when next != 'ː' && (Stressed(phonemes, at) || !EndsWord(next) || OnlyVowel(phonemes, at)) => "iː",
            '—' or '…' => ",",
            '“' or '”' or '(' or ')' => "",
            _ => here.ToString(),
        };
    }

    private static bool RColoured(string phonemes, int at) => at > 0 && phonemes[at - 1] is 'ɜ' or 'ə' && phonemes[at] == 'ɹ';

    private static bool Stressed(string phonemes, int at) => at > 0 && phonemes[at - 1] is 'ˈ' or 'ˌ';

    private static bool EndsWord(char next) => next is '\0' or ' ' or ',' or '.' or '!' or '?' or ';' or ':' or '—' or '…';

    /// <summary>we, she, be: long although unstressed, unlike the end of "happy".</summary>
    private static bool OnlyVowel(string phonemes, int at)
    {
        var start = phonemes.AsSpan(0, at).LastIndexOf(' ') + 1;
        return !phonemes.AsSpan(start, at - start).ContainsAny(Vowels);
    }

    private static bool VowelAfter(string phonemes, int at)
    {
        var next = at + 1;
        while (next < phonemes.Length && phonemes[next] is 'ˈ' or 'ˌ')
        {
            next++;
        }

        return next < phonemes.Length && Vowels.Contains(phonemes[next]);
    }
}
