using System.Globalization;
using System.Text;

namespace Conversation.TestKit;

/// <summary>Makes two spellings of the same words equal before they are compared: case, punctuation, digits ("1" is "one", "1st" is "first"), a few abbreviations. Contractions are left alone.</summary>
public static class TextNormalizer
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["dr"] = "doctor", ["mr"] = "mister", ["mrs"] = "missus", ["st"] = "saint", ["ok"] = "okay", ["vs"] = "versus", ["voice-mail"] = "voicemail", ["e-mail"] = "email", ["%"] = "percent", ["&"] = "and", ["alright"] = "all right",
    };

    public static string[] Split(string text)
    {
        var words = new List<string>();
        foreach (var token in Tokens(text))
        {
            if (Words.TryGetValue(token, out var word))
            {
                words.AddRange(word.Split(' '));
            }
            else if (char.IsAsciiDigit(token[0]))
            {
                words.AddRange(Spoken(token));
            }
            else
            {
                words.Add(token);
            }
        }

        return [.. words];
    }

    // Letters with inner apostrophes; digits with inner commas, points and colons, and an ordinal's ending.
    private static IEnumerable<string> Tokens(string text)
    {
        text = text.ToLowerInvariant().Replace('’', '\'').Replace("a.m.", "a m").Replace("p.m.", "p m");
        var token = new StringBuilder();
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            var next = i + 1 < text.Length ? text[i + 1] : ' ';
            var inner = token.Length > 0 && char.IsLetterOrDigit(next)
                && ((c == '\'' && char.IsLetter(token[^1])) || (c is ',' or '.' or ':' && char.IsAsciiDigit(token[^1]) && char.IsAsciiDigit(next)));
            if (char.IsLetterOrDigit(c) || inner)
            {
                token.Append(c);
                continue;
            }

            if (token.Length > 0)
            {
                yield return token.ToString();
                token.Clear();
            }

            if (c is '%' or '&' or '$')
            {
                yield return c == '$' ? "dollars" : c.ToString();
            }
        }
    }

    private static IEnumerable<string> Spoken(string token)
    {
        if (token.Contains(','))
        {
            // Grouped digits are an amount, never a year.
            var whole = new string([.. token.TakeWhile(c => char.IsAsciiDigit(c) || c == ',')]);
            var tail = token[whole.Length..];
            return [.. NumberWords.Cardinal(long.Parse(whole.Replace(",", ""), CultureInfo.InvariantCulture)), .. tail.Length > 1 && tail[0] == '.' ? ["point", .. tail[1..].SelectMany(c => NumberWords.Of(c.ToString()))] : Array.Empty<string>()];
        }

        var digits = token.TakeWhile(char.IsAsciiDigit).Count();
        var rest = token[digits..];
        if (rest is "st" or "nd" or "rd" or "th" && long.TryParse(token.AsSpan(0, digits), CultureInfo.InvariantCulture, out var ordinal))
        {
            return NumberWords.Ordinal(ordinal);
        }

        if (rest.Length > 0 && rest[0] is ':' or '.')
        {
            var separator = rest[0] == '.' ? ["point"] : Array.Empty<string>();
            var right = rest[1..];
            var spokenRight = right.All(char.IsAsciiDigit) && rest[0] == ':' ? NumberWords.Minutes(right) : right.SelectMany(c => NumberWords.Of(c.ToString()));
            return [.. NumberWords.Of(token[..digits]), .. separator, .. spokenRight];
        }

        return rest.Length == 0 ? NumberWords.Of(token) : [.. NumberWords.Of(token[..digits]), rest];
    }
}
