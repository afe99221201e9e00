using System.Text;

namespace Conversation.Speech.Pronunciation;

/// <summary>Letters with marks as the plain letters an English dictionary has.</summary>
internal static class Diacritics
{
    // Globalisation is invariant here: Unicode decomposition is not at hand everywhere, so the Latin letters are listed.
    private const string From = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłñńňòóôõöøōőŕřśşšșţťțùúûüūůűųýÿźżž";
    private const string To = "aaaaaaaaacccddeeeeeeeegiiiiiiilnnnoooooooorrsssstttuuuuuuuuyyzzz";

    internal static string Fold(string word)
    {
        StringBuilder? folded = null;
        for (var i = 0; i < word.Length; i++)
        {
            var plain = word[i] switch
            {
                'æ' => "ae",
                'œ' => "oe",
                'ß' => "ss",
                'þ' or 'ð' => "th",
                var c when c > 127 && From.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at => To[at].ToString(),
                _ => null,
            };
            if (plain is not null)
            {
                folded ??= new StringBuilder(word, 0, i, word.Length + 2);
            }

            folded?.Append(plain ?? word[i].ToString());
        }

        return folded?.ToString() ?? word;
    }
}
