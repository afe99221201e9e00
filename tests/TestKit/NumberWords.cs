using System.Globalization;

namespace Conversation.TestKit;

/// <summary>English number words, for comparing "42" with "forty two".</summary>
public static class NumberWords
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["one"] = "first", ["two"] = "second", ["three"] = "third", ["five"] = "fifth", ["eight"] = "eighth", ["nine"] = "ninth", ["twelve"] = "twelfth",
    };

    /// <summary>Digits as words; a leading zero or more than six digits are read digit by digit.</summary>
    public static string[] Of(string digits) =>
        (digits.Length > 1 && digits[0] == '0') || digits.Length > 6 ? [.. digits.Select(c => Small[c - '0'])] : Year(long.Parse(digits, CultureInfo.InvariantCulture));

    public static string[] Minutes(string digits) => digits switch
    {
        "00" => [],
        ['0', var one] => ["oh", Small[one - '0']],
        _ => Of(digits),
    };

    public static string[] Cardinal(long value) => value switch
    {
        < 20 => [Small[value]],
        < 100 => value % 10 == 0 ? [Tens[value / 10]] : [Tens[value / 10], Small[value % 10]],
        < 1000 => value % 100 == 0 ? [Small[value / 100], "hundred"] : [Small[value / 100], "hundred", .. Cardinal(value % 100)],

        < 1_000_000 => value % 1000 == 0 ? [.. Cardinal(value / 1000), "thousand"] : [.. Cardinal(value / 1000), "thousand", .. Cardinal(value % 1000)],
        _ => value % 1_000_000 == 0 ? [.. Cardinal(value / 1_000_000), "million"] : [.. Cardinal(value / 1_000_000), "million", .. Cardinal(value % 1_000_000)],
    };

    // Years are said in pairs: nineteen ninety five, nineteen oh five, twenty twenty six.
    private static string[] Year(long value) => value switch
    {
        (>= 1100 and < 2000) or (>= 2010 and < 2100) when value % 100 != 0 => [.. Cardinal(value / 100), .. value % 100 < 10 ? ["oh"] : Array.Empty<string>(), .. Cardinal(value % 100)],
        _ => Cardinal(value),
    };

    public static string[] Ordinal(long value)
    {
        var words = Cardinal(value);
        var last = words[^1];
        words[^1] = Irregular.TryGetValue(last, out var ordinal) ? ordinal : last.EndsWith('y') ? last[..^1] + "ieth" : last + "th";
        return words;
    }
}
