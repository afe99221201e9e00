using System.Globalization;

namespace Conversation.Speech.Normalisation;

/// <summary>Numbers as English words, the American way (no "and"), parts joined by spaces.</summary>
internal static class NumberWords
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    private static readonly string[] Powers = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];

    internal static string Cardinal(long number)
    {
        if (number < 0)
        {
            return number == long.MinValue ? "minus nine quintillion" : "minus " + Cardinal(-number);
        }

        if (number < 1000)
        {
            return Hundreds((int)number);
        }

        var parts = new List<string>();
        for (var power = 0; number > 0; power++, number /= 1000)
        {
            if (number % 1000 is > 0 and var group)
            {
                parts.Insert(0, power == 0 ? Hundreds((int)group) : $"{Hundreds((int)group)} {Powers[power]}");
            }
        }

        return string.Join(' ', parts);
    }

    internal static string Ordinal(long number)
    {
        var cardinal = Cardinal(number);
        var cut = cardinal.LastIndexOf(' ') + 1;
        return cardinal[..cut] + cardinal[cut..] switch
        {
            "one" => "first",
            "two" => "second",
            "three" => "third",
            "five" => "fifth",
            "eight" => "eighth",
            "nine" => "ninth",
            "twelve" => "twelfth",
            var word when word.EndsWith('y') => word[..^1] + "ieth",
            var word => word + "th",
        };
    }

    /// <summary>1998, 2005, 1900: as years and house numbers are said.</summary>
    internal static string Year(int year)
    {
        var (century, rest) = (year / 100, year % 100);
        if (year is < 1000 or > 9999 || (year is >= 2000 and < 2010) || (century % 10 == 0 && rest == 0))
        {
            return Cardinal(year);
        }

        return rest == 0 ? $"{Cardinal(century)} hundred" : $"{Cardinal(century)} {Pair(rest)}";
    }

    /// <summary>The last two figures after others: "oh five", "fifteen".</summary>
    internal static string Pair(int number) => number < 10 ? "oh " + Small[number] : Cardinal(number);

    internal static string Digits(ReadOnlySpan<char> digits)
    {
        var words = new List<string>(digits.Length);
        foreach (var digit in digits)
        {
            if (char.IsAsciiDigit(digit))
            {
                words.Add(Small[digit - '0']);
            }
        }

        return string.Join(' ', words);
    }

    /// <summary>A written number: thousands marks, decimals, a sign. Too long for words, it is read digit by digit.</summary>
    internal static string Number(string written)
    {
        var negative = written[0] is '-' or '−';
        var plain = written.TrimStart('-', '−', '+').Replace(",", "", StringComparison.Ordinal);
        var dot = plain.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? plain : plain[..dot];
        var words = whole.Length == 0 ? "zero"
            : whole.Length > 18 || (whole.Length > 1 && whole[0] == '0') ? Digits(whole)
            : Cardinal(long.Parse(whole, CultureInfo.InvariantCulture));
        if (dot >= 0 && dot + 1 < plain.Length)
        {
            words += " point " + Digits(plain.AsSpan(dot + 1));
        }

        return negative ? "minus " + words : words;
    }

    /// <summary>Whether a written number is exactly one, which wants a singular noun.</summary>
    internal static bool IsOne(string written) => written is "1" or "-1" or "−1";

    /// <summary>Twenty, thirty: as decades.</summary>
    internal static string Plural(string words) => words.EndsWith('y') ? words[..^1] + "ies" : words.EndsWith('x') ? words + "es" : words + "s";

    private static string Hundreds(int number)
    {
        var rest = number % 100;
        var low = rest < 20 ? Small[rest] : rest % 10 == 0 ? Tens[rest / 10] : $"{Tens[rest / 10]} {Small[rest % 10]}";
        return number < 100 ? low : rest == 0 ? $"{Small[number / 100]} hundred" : $"{Small[number / 100]} hundred {low}";
    }
}
