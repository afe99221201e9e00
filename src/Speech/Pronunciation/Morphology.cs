namespace Conversation.Speech.Pronunciation;

/// <summary>Endings and compounds: says a word that the dictionary lacks from a stem that it has.</summary>
internal static class Morphology
{
    private const string Voiceless = "ptkfθ";
    private const string Sibilant = "szʃʒʧʤ";

    /// <summary>The stem's phonemes with the ending's; null where no stem is known.</summary>
    internal static string? Find(string word, Func<string, string?> stem)
    {
        if (word.EndsWith("'s", StringComparison.Ordinal) || word.EndsWith("s'", StringComparison.Ordinal))
        {
            return stem(word[..^2] + (word[^1] == '\'' ? "s" : "")) is { } owner ? word[^1] == '\'' ? owner : Plural(owner) : null;
        }

        return Ending(word, "ies", "y", stem, s => s + "z")
            ?? Ending(word, "es", "e", stem, Plural)
            ?? Ending(word, "es", "", stem, Plural)
            ?? (word.EndsWith("ss", StringComparison.Ordinal) ? null : Ending(word, "s", "", stem, Plural))
            ?? Ending(word, "ied", "y", stem, s => s + "d")
            ?? Ending(word, "ed", "e", stem, Past)
            ?? Doubled(word, "ed", stem, Past)
            ?? Ending(word, "ed", "", stem, Past)
            ?? Doubled(word, "ing", stem, s => s + "ɪŋ")
            ?? Ending(word, "ing", "", stem, s => s + "ɪŋ")
            ?? Ending(word, "ing", "e", stem, s => s + "ɪŋ")
            ?? Ending(word, "ily", "y", stem, s => s[..^1] + "əli")
            ?? Ending(word, "ly", "", stem, s => s + "li")
            ?? Doubled(word, "er", stem, s => s + "əɹ")
            ?? Ending(word, "er", "", stem, s => s + "əɹ")
            ?? Ending(word, "er", "e", stem, s => s + "əɹ")
            ?? Ending(word, "ness", "", stem, s => s + "nəs")
            ?? Ending(word, "less", "", stem, s => s + "ləs")
            ?? Ending(word, "able", "", stem, s => s + "əbᵊl")
            ?? Ending(word, "able", "e", stem, s => s + "əbᵊl")
            ?? Ending(word, "ish", "", stem, s => s + "ɪʃ")
            ?? Beginning(word, "un", "ʌn", stem)
            ?? Beginning(word, "re", "ɹi", stem)
            ?? Beginning(word, "non", "nɑn", stem)
            ?? Beginning(word, "pre", "pɹi", stem)
            ?? Beginning(word, "over", "ˌOvəɹ", stem)
            ?? Beginning(word, "super", "sˌupəɹ", stem)
            ?? Beginning(word, "multi", "mˌʌlti", stem)
            ?? Beginning(word, "anti", "ˌænti", stem);
    }

    /// <summary>Two known words written as one: the first keeps the stress, the second's becomes secondary. The most even cut wins.</summary>
    internal static string? Compound(string word, Func<string, string?> stem)
    {
        if (word.Length < 7)
        {
            return null;
        }

        var middle = word.Length / 2;
        for (var shift = 0; shift <= word.Length - 3 - middle; shift++)
        {
            foreach (var cut in (ReadOnlySpan<int>)[middle + shift, middle - shift])
            {
                if (cut >= 3 && word.Length - cut >= 3 && stem(word[..cut]) is { } first && stem(word[cut..]) is { } second)
                {
                    return first + second.Replace('ˈ', 'ˌ');
                }
            }
        }

        return null;
    }

    internal static string Plural(string phonemes) => phonemes.Length == 0 ? phonemes
        : Sibilant.Contains(phonemes[^1]) ? phonemes + "ᵻz"
        : Voiceless.Contains(phonemes[^1]) ? phonemes + "s"
        : phonemes + "z";

    private static string Past(string phonemes) => phonemes.Length == 0 ? phonemes
        : phonemes[^1] is 't' or 'd' or 'T' ? phonemes + "ᵻd"
        : Voiceless.Contains(phonemes[^1]) || phonemes[^1] is 's' or 'ʃ' or 'ʧ' ? phonemes + "t"
        : phonemes + "d";

    private static string? Ending(string word, string ending, string restored, Func<string, string?> stem, Func<string, string> join) =>
        word.Length > ending.Length + 2 && word.EndsWith(ending, StringComparison.Ordinal) && stem(word[..^ending.Length] + restored) is { Length: > 0 } found ? join(found) : null;

    private static string? Doubled(string word, string ending, Func<string, string?> stem, Func<string, string> join)
    {
        var end = word.Length - ending.Length;
        return end > 3 && word.EndsWith(ending, StringComparison.Ordinal) && word[end - 1] == word[end - 2] && stem(word[..(end - 1)]) is { Length: > 0 } found ? join(found) : null;
    }

    private static string? Beginning(string word, string beginning, string phonemes, Func<string, string?> stem) =>
        word.Length > beginning.Length + 3 && word.StartsWith(beginning, StringComparison.Ordinal) && stem(word[beginning.Length..]) is { } found ? phonemes + found : null;
}
