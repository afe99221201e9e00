using System.Collections.Frozen;
using Conversation.Speech.Normalisation;

namespace Conversation.Speech.Clauses;

/// <summary>What a white space in a text stands after.</summary>
internal enum Boundary
{
    /// <summary>No boundary.</summary>
    None,

    /// <summary>What follows decides, and it is not there yet.</summary>
    Unknown,

    /// <summary>Within a sentence: a comma, a colon, a dash.</summary>
    Weak,

    /// <summary>A sentence's end, or a line's that ends a paragraph or a list item.</summary>
    Strong,
}

/// <summary>Where clauses may end: never within a number, an abbreviation or an address, since those hold no white space after a mark of their own.</summary>
internal static class ClauseMarks
{
    private const string Closing = "\"'”’)]*_`";

    private static readonly FrozenSet<string> Joining =
        "and but or because that which who while when where if so then although though since unless until before after with without for to from in on at of by as".Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // What a single letter names: "vitamin C." ends a sentence.
    private static readonly FrozenSet<string> Lettered =
        "vitamin vitamins plan option hepatitis grade group type section part class point team letter exhibit appendix terminal gate block".Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    internal static bool IsStrong(char mark) => mark is '.' or '!' or '?' or '…' or '。';

    /// <summary>What ends before the white space at <paramref name="at"/>.</summary>
    internal static Boundary Before(string text, int at, int begin)
    {
        var last = at - 1;
        while (last > begin && Closing.Contains(text[last]))
        {
            last--;
        }

        if (last < begin || char.IsWhiteSpace(text[last]))
        {
            return text[at] == '\n' ? Line(text, at) : Boundary.None;
        }

        var mark = text[last];
        if (IsStrong(mark))
        {
            return mark == '.' ? Dot(text, last, at, begin) : Boundary.Strong;
        }

        if (mark is ',' or ';' or ':' or '—' or '–' || (mark == '-' && last > begin && text[last - 1] is ' ' or '-'))
        {
            // A comma between figures belongs to them: "November 20, 2026".
            if (mark == ',' && char.IsAsciiDigit(text[last - 1 >= begin ? last - 1 : last]))
            {
                return at + 1 >= text.Length ? Boundary.Unknown : char.IsAsciiDigit(text[at + 1]) ? Boundary.None : Boundary.Weak;
            }

            return text[at] == '\n' && mark is ':' or ';' ? Boundary.Strong : Boundary.Weak;
        }

        return text[at] == '\n' ? Line(text, at) : Boundary.None;
    }

    /// <summary>Whether a dot belongs to an abbreviation, an initial or a list number, and so ends nothing.</summary>
    internal static bool IsInnerDot(string text, int dot, bool followedByCapital)
    {
        var start = dot;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]) && text[start - 1] is not ('(' or '"' or '“' or '/'))
        {
            start--;
        }

        var word = text[start..dot];
        if (word.Length == 0)
        {
            return false;
        }

        // "J. Smith", but not "vitamin C." nor "You and I."
        if (word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I')
        {
            var before = text.AsSpan(0, start).TrimEnd();
            return followedByCapital && !Lettered.Contains(before[(before.LastIndexOf(' ') + 1)..].ToString());
        }

        if (AbbreviationRule.OwnsDot(word))
        {
            return word is not ("No" or "no") || !followedByCapital && start == 0 == false && dot + 2 < text.Length && char.IsAsciiDigit(text[dot + 2]);
        }

        // p.m., U.S., e.g.: ends a sentence only before a capital.
        return word.Contains('.', StringComparison.Ordinal) && word.All(c => char.IsLetter(c) || c == '.') && word.Length <= 5 ? word is "e.g" or "i.e" || !followedByCapital : word is "etc" or "Inc" or "Ltd" or "Co" or "Jr" or "Sr" && !followedByCapital;
    }

    /// <summary>Characters of the longest joining word and of the space that ends it.</summary>
    internal static int LongestJoining { get; } = Joining.Max(static word => word.Length) + 1;

    /// <summary>Whether the word at <paramref name="at"/> begins a phrase.</summary>
    internal static bool Joins(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsLetter(text[end]))
        {
            end++;
        }

        return end > at && end < text.Length && Joining.Contains(text[at..end]);
    }

    private static Boundary Dot(string text, int dot, int at, int begin)
    {
        var word = dot;
        while (word > begin && char.IsLetterOrDigit(text[word - 1]))
        {
            word--;
        }

        // "1. First": the number of a list item.
        if (word == begin && dot > begin && text.AsSpan(word, dot - word).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return Boundary.None;
        }

        if (!IsInnerDot(text, dot, followedByCapital: false) && !IsInnerDot(text, dot, followedByCapital: true))
        {
            return Boundary.Strong;
        }

        if (at + 1 >= text.Length)
        {
            return Boundary.Unknown;
        }

        return IsInnerDot(text, dot, char.IsUpper(text[at + 1])) ? Boundary.None : Boundary.Strong;
    }

    private static Boundary Line(string text, int at) =>
        at + 1 >= text.Length ? Boundary.Unknown
        : text[at + 1] is '\n' or '-' or '*' or '#' or '•' or '>' || char.IsAsciiDigit(text[at + 1]) ? Boundary.Strong
        : Boundary.None;
}
