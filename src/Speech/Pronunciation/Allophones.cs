using System.Text;

namespace Conversation.Speech.Pronunciation;

/// <summary>What American speech does to the dictionary's careful phonemes, as the voices' training texts write it.</summary>
internal static class Allophones
{
    private const string Vowels = "AIOWYQiuæɑɐɔəɛɜɪʊʌᵊᵻ";

    internal static string Apply(string phonemes)
    {
        var result = new StringBuilder(phonemes.Length);
        for (var i = 0; i < phonemes.Length; i++)
        {
            var here = phonemes[i];
            var before = i > 0 ? phonemes[i - 1] : ' ';
            var after = i + 1 < phonemes.Length ? phonemes[i + 1] : ' ';
            result.Append(here switch
            {
                // letter, unstressed: ləɹ
                'ɜ' when after == 'ɹ' && before is not ('ˈ' or 'ˌ') => 'ə',
                // here, tour: no tense vowel before r in the same syllable
                'i' or 'u' when after == 'ɹ' && (i + 2 >= phonemes.Length || phonemes[i + 2] is not ('ˈ' or 'ˌ')) => here == 'i' ? 'ɪ' : 'ʊ',
                // flap: a t between a vowel (or r) and an unstressed vowel
                't' when (Vowels.Contains(before) || before == 'ɹ') && Vowels.Contains(after) => 'T',
                // syllabic l: bottle
                'ə' when after == 'l' && i + 2 == phonemes.Length && !Vowels.Contains(before) && before is not ('ˈ' or 'ˌ' or ' ') => 'ᵊ',
                _ => here,
            });
        }

        return result.ToString();
    }
}
