using System.Text.RegularExpressions;

namespace Conversation.Dialog.Flows.Values;

/// <summary>A word as the recogniser wrote it. <paramref name="Text"/> is lower case; <paramref name="Break"/>: punctuation follows.</summary>
internal readonly record struct Word(string Text, string Original, int Start, int End, bool Break)
{
    public bool Capital => Original.Length > 0 && char.IsUpper(Original[0]);

    public bool IsLetter => Text.Length == 1 && char.IsLetter(Text[0]);

    public bool IsDigits => Text.Length > 0 && Text.All(char.IsAsciiDigit);
}

/// <summary>An utterance cut into words.</summary>
internal static partial class Words
{
    public static IReadOnlyList<Word> Split(string text)
    {
        text = Tidy(text);
        var matches = Token().Matches(text);
        var words = new List<Word>(matches.Count);
        foreach (Match match in matches)
        {
            var end = match.Index + match.Length;
            var rest = end;
            while (rest < text.Length && text[rest] == ' ')
            {
                rest++;
            }

            var stop = rest < text.Length && ",.;:?!".Contains(text[rest], StringComparison.Ordinal);
            words.Add(new Word(match.Value.ToLowerInvariant(), match.Value, match.Index, end, stop));
        }

        return words;
    }

    /// <summary>Makes one spelling of what recognisers write in several: "p.m.", curly apostrophes, "o clock", "Dr.".</summary>
    public static string Tidy(string text)
    {
        text = text.Replace('’', '\'').Replace('‘', '\'');
        text = DottedHalf().Replace(text, "$1m");
        text = Title().Replace(text, "$1");
        return OClock().Replace(text, "o'clock");
    }

    public static bool Is(this IReadOnlyList<Word> words, int index, params ReadOnlySpan<string> any) =>
        index >= 0 && index < words.Count && any.Contains(words[index].Text);

    /// <summary>Whether the words from <paramref name="index"/> on are those of <paramref name="phrase"/>.</summary>
    public static bool Starts(this IReadOnlyList<Word> words, int index, string phrase)
    {
        var at = index;
        foreach (var part in phrase.Split(' '))
        {
            if (at < 0 || at >= words.Count || words[at].Text != part)
            {
                return false;
            }

            at++;
        }

        return true;
    }

    [GeneratedRegex(@"\b([ap])\.\s?m\.?(?=\W|$)", RegexOptions.IgnoreCase)]
    private static partial Regex DottedHalf();

    [GeneratedRegex(@"\b(Dr|Mr|Mrs|Ms|St)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex(@"\bo[' ]?\s?clock\b", RegexOptions.IgnoreCase)]
    private static partial Regex OClock();

    [GeneratedRegex(@"\d{4}-\d{1,2}-\d{1,2}\b|\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\d{1,2}[:.]\d{2}\b(?!\.?\d)|\d{1,3}(?:,\d{3})+\b|\d+(?:st|nd|rd|th)\b|\d+|\p{L}+(?:'\p{L}+)*", RegexOptions.IgnoreCase)]
    private static partial Regex Token();
}
