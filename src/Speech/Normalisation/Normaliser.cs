using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>
/// Written English as it is spoken. Walks the text once; at the beginning of each token the rules are asked in order, the most particular first.
/// Every spoken word remembers the written place it came from.
/// </summary>
internal sealed partial class Normaliser
{
    private readonly IRule[] _anywhere;
    private readonly IRule[] _numeric;

    /// <param name="isKnown">Whether the dictionary has a word: tells acronyms from initialisms.</param>
    internal Normaliser(Func<string, bool> isKnown)
    {
        _numeric = [new WebRule(isKnown), new DateRule(), new PhoneRule(), new TimeRule(), new MoneyRule(), new MeasureRule(), new NumberRule()];
        _anywhere = [new WebRule(isKnown), new DateRule(), new MoneyRule(), new NumberRule(), new AbbreviationRule(), new WordRule(isKnown)];
    }

    internal IReadOnlyList<SpokenToken> Normalise(string written)
    {
        var text = WrittenText.Clean(written);
        var to = new SpokenWriter();
        var lastNumber = -1;
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            if (lastNumber == at && Range().Match(text, at) is { Success: true } range)
            {
                to.Say("to", at);
                at += range.Length;
                continue;
            }

            var numeric = IsNumeric(text, at);
            var begins = at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            var taken = Rules(text, at, numeric ? _numeric : _anywhere, begins, to);
            if (taken == 0)
            {
                at += Symbols.Say(text, at, to);
                continue;
            }

            at += taken;
            if (numeric)
            {
                lastNumber = Skip(text, at);
            }
        }

        return to.Tokens;
    }

    private static int Rules(string text, int at, IRule[] rules, bool begins, SpokenWriter to)
    {
        foreach (var rule in rules)
        {
            // Beside a letter or digit only the plainest readings hold: the 4 of A4, the K of 4K.
            if (!begins && rule is not (NumberRule or WordRule or MeasureRule))
            {
                continue;
            }

            if (rule.Pattern.Match(text, at) is { Success: true, Length: > 0 } match && rule.Say(match, to, text))
            {
                return match.Length;
            }
        }

        return 0;
    }

    private static bool IsNumeric(string text, int at)
    {
        var here = text[at];
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        return char.IsAsciiDigit(here) || here is '$' or '£' or '€' or '¥' or '₹' or '½' or '⅓' or '⅔' or '¼' or '¾' or '⅛' or '⅕'
            || (here is '-' or '−' or '+' or '(' or '.' or '\'' or '’' && (char.IsAsciiDigit(next) || next is '$' or '£' or '€'));
    }

    /// <summary>The dash of a range may stand a space away.</summary>
    private static int Skip(string text, int at) => at < text.Length && text[at] == ' ' && at + 1 < text.Length && text[at + 1] is '-' or '–' or '—' ? at + 1 : at;

    [GeneratedRegex(@"\G[-–—]\s?(?=[$£€]?\d)")]
    private static partial Regex Range();
}
