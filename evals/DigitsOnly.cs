using System.Text.RegularExpressions;
using Conversation.Speech.Normalisation;

namespace Conversation.Evals;

/// <summary>The digits of a text one by one, however it groups or writes them: "call 020-79 46, twenty one" is "0 2 0 7 9 4 6 2 1".</summary>
internal static partial class DigitsOnly
{
    private static readonly string[] Small = [.. Enumerable.Range(0, 20).Select(number => NumberWords.Cardinal(number))];
    private static readonly string[] Tens = [.. Enumerable.Range(2, 8).Select(ten => NumberWords.Cardinal(ten * 10))];

    public static string Of(string text)
    {
        var digits = "";
        var tens = 0;
        foreach (Match match in Word().Matches(text.ToLowerInvariant().Replace("first", "one", StringComparison.Ordinal)))
        {
            var (small, ten) = (Array.IndexOf(Small, match.Value), Array.IndexOf(Tens, match.Value));
            if (tens > 0 && small is > 0 and < 10)
            {
                (digits, tens) = (digits + (tens + small), 0);
                continue;
            }

            digits += (tens > 0 ? $"{tens}" : "") + (small >= 0 ? $"{small}" : char.IsDigit(match.Value[0]) ? match.Value : "");
            tens = ten >= 0 ? (ten + 2) * 10 : 0;
        }

        return string.Join(' ', (digits + (tens > 0 ? $"{tens}" : "")).ToCharArray());
    }

    [GeneratedRegex("[a-z]+|[0-9]+")]
    private static partial Regex Word();
}
