using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>Every other number: ordinals, decades, fractions, versions, years, codes, decimals, plain cardinals.</summary>
internal sealed partial class NumberRule : IRule
{
    private static readonly FrozenSet<string> CodeWords =
        "code pin extension ext number no reference ref account id zip postcode order case ticket confirmation call dial ring passcode password serial booking".Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> PairWords =
        "room suite flight apartment apt unit gate bus route highway interstate building ward".Split(' ').ToFrozenSet();

    public Regex Pattern => Number();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var source = match.Index;
        if (match.Groups["ordinal"].Success)
        {
            to.Say(NumberWords.Ordinal(Whole(match.Groups["ordinal"].Value)), source);
        }
        else if (match.Groups["decade"].Success)
        {
            var decade = (int)Whole(match.Groups["decade"].Value);
            to.Say(NumberWords.Plural(decade < 100 ? NumberWords.Cardinal(decade) : NumberWords.Year(decade)), source);
        }
        else if (match.Groups["over"].Success)
        {
            Fraction(match, to);
        }
        else if (match.Groups["version"].Success)
        {
            to.Say(string.Join(" point ", match.Groups["version"].Value.Split('.').Select(NumberWords.Number)), source);
        }
        else if (match.Groups["vulgar"].Success)
        {
            var whole = match.Groups["before"].Value;
            to.Say((whole.Length > 0 ? NumberWords.Number(whole) + " and " : "") + Vulgar(match.Groups["vulgar"].Value[0], whole.Length > 0), source);
        }
        else
        {
            Plain(match, to);
        }

        return true;
    }

    private static void Plain(Match match, SpokenWriter to)
    {
        var written = match.Groups["plain"].Value;
        var source = match.Groups["plain"].Index;
        var digitsOnly = written.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
        var before = to.Previous();
        before = before is "is" or "was" or "number" && to.Previous(1) is { Length: > 0 } earlier && (CodeWords.Contains(earlier) || PairWords.Contains(earlier)) ? earlier : before;
        if (digitsOnly && written.Length >= 3 && CodeWords.Contains(before))
        {
            to.Say(NumberWords.Digits(written), source);
        }
        else if (digitsOnly && written.Length == 3 && written[0] != '0' && (PairWords.Contains(before) || written is "911" or "411"))
        {
            var rest = (int)Whole(written[1..]);
            to.Say(written is "911" or "411" ? NumberWords.Digits(written) : rest == 0 ? NumberWords.Cardinal(Whole(written)) : $"{NumberWords.Cardinal(written[0] - '0')} {NumberWords.Pair(rest)}", source);
        }
        else if (digitsOnly && written.Length == 4 && string.CompareOrdinal(written, "1100") >= 0 && (string.CompareOrdinal(written, "2100") < 0 || PairWords.Contains(before)))
        {
            to.Say(NumberWords.Year((int)Whole(written)), source);
        }
        else
        {
            to.Say(NumberWords.Number(written), source);
        }
    }

    private static void Fraction(Match match, SpokenWriter to)
    {
        var (over, under) = ((int)Whole(match.Groups["over"].Value), (int)Whole(match.Groups["under"].Value));
        var whole = match.Groups["wholes"].Value;
        var source = match.Index;
        if (whole.Length > 0)
        {
            to.Say(NumberWords.Number(whole) + " and", source);
        }

        var at = match.Groups["over"].Index;
        if (over < under && under is 2 or 3 or 4 or 5 or 6 or 8 or 10 or 16 && over > 0)
        {
            to.Say(Part(over, under, whole.Length > 0), at);
        }
        else if (whole.Length == 0 && over is >= 1 and <= 12 && under is > 12 and <= 31)
        {
            to.Say($"{CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(over)} {NumberWords.Ordinal(under)}", at);
        }
        else
        {
            to.Say((over, under) is (24, 7) or (9, 11) ? $"{NumberWords.Cardinal(over)} {NumberWords.Cardinal(under)}" : $"{NumberWords.Cardinal(over)} over {NumberWords.Cardinal(under)}", at);
        }
    }

    private static string Part(int over, int under, bool afterWhole)
    {
        var part = under switch { 2 => "half", 4 => "quarter", _ => NumberWords.Ordinal(under) };
        var count = over == 1 ? afterWhole && under is 2 or 4 ? "a" : "one" : NumberWords.Cardinal(over);
        return $"{count} {(over == 1 ? part : part == "half" ? "halves" : part + "s")}";
    }

    private static string Vulgar(char sign, bool afterWhole) => sign switch
    {
        '½' => Part(1, 2, afterWhole),
        '⅓' => Part(1, 3, afterWhole),
        '⅔' => Part(2, 3, afterWhole),
        '¼' => Part(1, 4, afterWhole),
        '¾' => Part(3, 4, afterWhole),
        '⅛' => Part(1, 8, afterWhole),
        _ => Part(1, 5, afterWhole),
    };

    private static long Whole(string digits) => long.Parse(digits.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\G(?:(?<ordinal>\d{1,3}(?:,\d{3})+|\d{1,9})(?:st|nd|rd|th)\b|['’]?(?<decade>(?:1[1-9]|20)\d0|[1-9]0)['’]?s\b|(?:(?<wholes>\d{1,4})\s)?(?<over>\d{1,3})/(?<under>\d{1,3})(?![\d/])|[vV]?(?<version>\d{1,4}(?:\.\d{1,4}){2,4})(?!\d)|(?<before>\d*)\s?(?<vulgar>[½⅓⅔¼¾⅛⅕])|(?<plain>(?:(?<![\w)])[-−])?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+))")]
    private static partial Regex Number();
}
