using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>
/// Takes out of a text what is not for the ear (markdown, links' targets, code fences, emojis, control characters), each character replaced by one of the same length,
/// so that places in the text stay what they were.
/// </summary>
internal static partial class WrittenText
{
    internal static string Clean(string text)
    {
        text = LinkTarget().Replace(text, m => " " + m.Groups["name"].Value + Blank(m.Length - m.Groups["name"].Length - 1));
        text = Fence().Replace(text, m => Blank(m.Length));
        text = Emphasis().Replace(text, m => Blank(m.Length));
        text = LineStart().Replace(text, m => m.Groups["lead"].Value + Blank(m.Groups["mark"].Length));
        text = Tag().Replace(text, m => Blank(m.Length));
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Plain(source, i);
            }
        });
    }

    private static char Plain(string text, int at)
    {
        var here = text[at];
        return here switch
        {
            '\r' or '\t' or '\u00A0' or '\u202F' or '\u2009' => ' ',
            '"' when at > 2 && char.IsAsciiDigit(text[at - 1]) && (text[at - 2] == '\'' || text[at - 3] == '\'') => '″',
            '\n' => EndsLine(text, at) ? '.' : ' ',
            '\u2011' or '\u2010' => '-',
            '“' or '”' or '"' or '«' or '»' or '`' or '*' or '^' or '{' or '}' or '\\' or '•' or '·' => ' ',
            '_' => ' ',
            '‘' => ' ',
            '，' => ',',
            '。' => '.',
            _ when char.IsControl(here) || char.IsSurrogate(here) || here is '\uFE0F' or '\u200D' or '\u200B' or '\uFEFF' or (>= '\u2600' and <= '\u27BF') or (>= '\u2B00' and <= '\u2BFF') => ' ',
            _ => here,
        };
    }

    /// <summary>A paragraph's or list item's end is a sentence's, where nothing was written to say so; a wrapped line is only a space.</summary>
    private static bool EndsLine(string text, int at)
    {
        var before = text.AsSpan(0, at).TrimEnd();
        if (before.IsEmpty || before[^1] is '.' or '!' or '?' or ':' or ';' or ',' or '…')
        {
            return false;
        }

        return at + 1 < text.Length && NextLine().IsMatch(text, at + 1);
    }

    private static string Blank(int length) => new(' ', length);

    [GeneratedRegex(@"!?\[(?<name>[^\]\n]*)\]\([^)\s]*\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"```\w*|~~~\w*")]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<!\w)(?:\*{1,3}|_{1,3}|~~)(?=\S)|(?<=\S)(?:\*{1,3}|_{1,3}|~~)(?!\w)")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"(?<lead>^|\n)(?<mark>[ \t]*(?:#{1,6}[ \t]|[-*+•][ \t]|>[ \t]?|[-*_=]{3,}[ \t]*(?=\n|$)))")]
    private static partial Regex LineStart();

    [GeneratedRegex(@"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\G(?:[ \t]*\n|[ ]{2}|[ \t]*\d+[.)][ \t])")]
    private static partial Regex NextLine();
}
