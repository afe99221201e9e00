using System.Text;

namespace Conversation.Speech.Pronunciation;

/// <summary>Letters by their names, as initialisms are spoken: each a little stressed, the last one most.</summary>
internal static class Letters
{
    private static readonly string[] Names =
    [
        "A", "bi", "si", "di", "i", "ɛf", "ʤi", "Aʧ", "I", "ʤA", "kA", "ɛl", "ɛm", "ɛn", "O", "pi", "kju", "ɑɹ", "ɛs", "ti", "ju", "vi", "dˈʌbᵊlju", "ɛks", "wI", "zi",
    ];

    private const string Vowels = "AIOWYiuɑɛ";

    /// <summary>The phonemes of <paramref name="letters"/>, spelled; with <paramref name="apart"/> as separate words, so that each is clear.</summary>
    internal static string Spell(string letters, bool apart)
    {
        var phonemes = new StringBuilder();
        for (var i = 0; i < letters.Length; i++)
        {
            var index = char.ToUpperInvariant(letters[i]) - 'A';
            if (index is < 0 or > 25)
            {
                continue;
            }

            if (apart && phonemes.Length > 0)
            {
                phonemes.Append(' ');
            }

            phonemes.Append(Stressed(Names[index], i == letters.Length - 1 || apart ? 'ˈ' : 'ˌ'));
        }

        return phonemes.ToString();
    }

    private static string Stressed(string name, char mark)
    {
        if (name.Contains('ˈ', StringComparison.Ordinal))
        {
            return name;
        }

        var vowel = name.AsSpan().IndexOfAny(Vowels);
        return name.Insert(vowel, mark.ToString());
    }
}
