using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>Numbers as they are said: "twenty one", "a hundred and five", "1,200", "third", "21st".</summary>
internal static class Numbers
{
    private static readonly Dictionary<string, int> Units = new(StringComparer.Ordinal)
    {
        ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8, ["nine"] = 9,
        ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15, ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19,
    };

    private static readonly Dictionary<string, int> Tens = new(StringComparer.Ordinal)
    {
        ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fourty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
    };

    private static readonly Dictionary<string, int> Ordinals = new(StringComparer.Ordinal)
    {
        ["first"] = 1, ["second"] = 2, ["third"] = 3, ["fourth"] = 4, ["fifth"] = 5, ["sixth"] = 6, ["seventh"] = 7, ["eighth"] = 8, ["ninth"] = 9, ["tenth"] = 10,
        ["eleventh"] = 11, ["twelfth"] = 12, ["thirteenth"] = 13, ["fourteenth"] = 14, ["fifteenth"] = 15, ["sixteenth"] = 16, ["seventeenth"] = 17, ["eighteenth"] = 18,
        ["nineteenth"] = 19, ["twentieth"] = 20, ["thirtieth"] = 30,
    };

    /// <summary>A number below one hundred, in words or digits; <paramref name="next"/> is the word after it.</summary>
    public static bool TrySmall(IReadOnlyList<Word> words, int at, out int value, out int next)
    {
        (value, next) = (0, at + 1);
        if (at < 0 || at >= words.Count)
        {
            return false;
        }

        var text = words[at].Text;
        if (words[at].IsDigits && text.Length <= 2)
        {
            value = int.Parse(text, CultureInfo.InvariantCulture);
            return true;
        }

        if (Units.TryGetValue(text, out value))
        {
            return true;
        }

        if (!Tens.TryGetValue(text, out value))
        {
            return false;
        }

        if (!words[at].Break && at + 1 < words.Count && Units.TryGetValue(words[at + 1].Text, out var unit) && unit is > 0 and < 10)
        {
            (value, next) = (value + unit, at + 2);
        }

        return true;
    }

    /// <summary>A whole number up to 999,999,999.</summary>
    public static bool TryRead(IReadOnlyList<Word> words, int at, out long value, out int next)
    {
        (value, next) = (0, at);
        if (at >= words.Count)
        {
            return false;
        }

        var plain = words[at].Text.Replace(",", "", StringComparison.Ordinal);
        if (char.IsAsciiDigit(plain[0]))
        {
            next = at + 1;
            return plain.Length <= 9 && long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        }

        long total = 0, group = 0;
        var any = false;
        var i = at;
        while (i < words.Count)
        {
            if (TrySmall(words, i, out var small, out var after) && group % 100 == 0)
            {
                (group, any, i) = (group + small, true, after);
            }
            else if (words.Is(i, "a", "an") && !any && words.Is(i + 1, "hundred", "thousand", "million", "dozen", "couple"))
            {
                if (words.Is(i + 1, "dozen", "couple"))
                {
                    (value, next) = (words[i + 1].Text == "dozen" ? 12 : 2, i + 2);
                    return true;
                }

                (group, any, i) = (1, true, i + 1);
            }
            else if (any && words.Is(i, "hundred"))
            {
                (group, i) = (group * 100, i + 1);
            }
            else if (any && words.Is(i, "thousand", "million"))
            {
                (total, group, i) = (total + (group * (words[i].Text == "thousand" ? 1000 : 1_000_000)), 0, i + 1);
            }
            else if (any && words.Is(i, "and") && words.Is(i - 1, "hundred", "thousand", "million") && TrySmall(words, i + 1, out _, out _))
            {
                i++;
            }
            else
            {
                break;
            }

            if (words[i - 1].Break && !words.Is(i, "and", "hundred", "thousand"))
            {
                break;
            }
        }

        (value, next) = (total + group, i);
        return any && value <= 999_999_999;
    }

    /// <summary>"third", "twenty third", "23rd".</summary>
    public static bool TryOrdinal(IReadOnlyList<Word> words, int at, out int value, out int next)
    {
        (value, next) = (0, at + 1);
        if (at < 0 || at >= words.Count)
        {
            return false;
        }

        var text = words[at].Text;
        if (text.Length > 2 && char.IsAsciiDigit(text[0]) && char.IsLetter(text[^1]))
        {
            return int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out value);
        }

        if (Ordinals.TryGetValue(text, out value))
        {
            return true;
        }

        if (Tens.TryGetValue(text, out var tens) && at + 1 < words.Count && Ordinals.TryGetValue(words[at + 1].Text, out var unit) && unit < 10)
        {
            (value, next) = (tens + unit, at + 2);
            return true;
        }

        return false;
    }

    /// <summary>Every number in the utterance.</summary>
    public static IEnumerable<Found> Find(IReadOnlyList<Word> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (TryRead(words, i, out var value, out var next))
            {
                yield return new Found(value.ToString(CultureInfo.InvariantCulture), i, next, Bare: true);
                i = next - 1;
            }
        }
    }
}
