namespace Conversation.Core.Recognition;

/// <summary>Words without case and punctuation: how texts are compared.</summary>
internal static class PhraseText
{
    /// <summary>The words in lower case; apostrophes within a word stay, hyphens separate, but for "to-morrow" and "to-day".</summary>
    public static string[] Words(string text)
    {
        var words = new List<string>();
        var builder = new System.Text.StringBuilder();
        foreach (var raw in text)
        {
            var c = raw == '’' ? '\'' : char.ToLowerInvariant(raw);
            if (char.IsLetterOrDigit(c) || (c == '\'' && builder.Length > 0))
            {
                builder.Append(c);
            }
            else if (raw != '-' || builder is not { Length: 2 } || builder[0] != 't' || builder[1] != 'o')
            {
                Flush();
            }
        }

        Flush();
        return [.. words];

        void Flush()
        {
            if (builder.Length > 0)
            {
                words.Add(builder.ToString().TrimEnd('\''));
                builder.Clear();
            }
        }
    }

    /// <summary>Whether both say the same, whatever the case, punctuation and spacing. Allocates nothing.</summary>
    public static bool Same(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int i = 0, j = 0;
        while (true)
        {
            i = Next(a, i);
            j = Next(b, j);
            if (i == a.Length || j == b.Length)
            {
                return i == a.Length && j == b.Length;
            }

            if (char.ToLowerInvariant(a[i++]) != char.ToLowerInvariant(b[j++]))
            {
                return false;
            }
        }
    }

    /// <summary>Whether there is no letter or digit in it.</summary>
    public static bool IsBlank(ReadOnlySpan<char> text) => Next(text, 0) == text.Length;

    /// <summary>Two texts with a space between, where both say something.</summary>
    public static string Join(string head, string tail) => head.Length == 0 ? tail : tail.Length == 0 ? head : head + " " + tail;

    private static int Next(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && !char.IsLetterOrDigit(text[from]))
        {
            from++;
        }

        return from;
    }
}
