using System.Text;

namespace Conversation.Dialog.Flows.Values;

/// <summary>Strings of digits as they are dictated: "four one five, five five five, oh one double two", "415-555-1212", "eight hundred".</summary>
internal static class Digits
{
    private static readonly string[] Between = ["and", "then", "uh", "um", "er", "dash", "hyphen", "area", "code", "plus", "extension", "is", "the", "it's", "number"];

    /// <summary>What recognisers write for a digit between digits.</summary>
    private static readonly Dictionary<string, string> Alike = new(StringComparer.Ordinal) { ["for"] = "4", ["to"] = "2", ["too"] = "2", ["ate"] = "8", ["won"] = "1" };

    /// <summary>The runs of at least <paramref name="least"/> digits.</summary>
    public static IEnumerable<Found> Find(IReadOnlyList<Word> words, int least = 3)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var digits = new StringBuilder();
            var at = i;
            var end = i;
            if (words.Is(at, "for") && (at == 0 || words[at - 1].Break || words.Is(at - 1, "is", "it's")) && IsOne(words, at + 1) && IsOne(words, at + 2))
            {
                // "For one five": the first digit of a number, not the beginning of a phrase.
                digits.Append('4');
                at++;
            }

            while (at < words.Count)
            {
                if (TryPart(words, at, out var part, out var next))
                {
                    digits.Append(part);
                    (at, end) = (next, next);
                }
                else if (digits.Length > 1 && Alike.TryGetValue(words[at].Text, out var alike) && (at + 1 == words.Count || Alike.ContainsKey(words[at + 1].Text) || TryPart(words, at + 1, out _, out _)))
                {
                    digits.Append(alike);
                    (at, end) = (at + 1, at + 1);
                }
                else if (digits.Length > 0 && Between.Contains(words[at].Text))
                {
                    at++;
                }
                else
                {
                    break;
                }
            }

            if (digits.Length >= least)
            {
                yield return new Found(digits.ToString(), i, end, Bare: true);
            }

            i = Math.Max(i, end - 1);
        }
    }

    private static bool IsOne(IReadOnlyList<Word> words, int at) => at < words.Count && TryPart(words, at, out var part, out _) && part.Length == 1;

    private static bool TryPart(IReadOnlyList<Word> words, int at, out string part, out int next)
    {
        (part, next) = ("", at + 1);
        var word = words[at];
        // "4:15 555 1212": what looks like a time is part of a number beside other figures.
        var beside = (at > 0 && words[at - 1].IsDigits) || (at + 1 < words.Count && words[at + 1].IsDigits && words[at + 1].Text.Length > 2);
        if (word.Text.All(c => char.IsAsciiDigit(c) || c is ',' || (beside && c is ':' or '.')) && char.IsAsciiDigit(word.Text[0]))
        {
            part = new string([.. word.Text.Where(char.IsAsciiDigit)]);
            return true;
        }

        if (words.Is(at, "oh", "o", "nought", "naught"))
        {
            part = "0";
            return true;
        }

        if (words.Is(at, "double", "triple", "treble") && at + 1 < words.Count && TryPart(words, at + 1, out var one, out next) && one.Length == 1)
        {
            part = new string(one[0], word.Text == "double" ? 2 : 3);
            return true;
        }

        if (!Numbers.TrySmall(words, at, out var small, out next))
        {
            return false;
        }

        if (words.Is(next, "hundred"))
        {
            (small, next) = (small * 100, next + 1);
        }
        else if (words.Is(next, "thousand"))
        {
            (small, next) = (small * 1000, next + 1);
        }

        part = small.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return true;
    }
}
