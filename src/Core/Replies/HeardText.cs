namespace Conversation.Core.Replies;

/// <summary>Cuts a reply's text at what was played.</summary>
internal static class HeardText
{
    private const int SearchWithin = 80;

    /// <summary>The text up to the last word of which at least half was played, with the punctuation that clings to it. Always a prefix of <paramref name="text"/>.</summary>
    public static string Cut(string text, List<SpokenWord> words, SampleCount heard)
    {
        var cut = 0;
        var from = 0;
        foreach (var word in words)
        {
            if (heard.Value * 2 < word.Start.Value + word.End.Value || heard <= word.Start)
            {
                break;
            }

            var spoken = word.Text.AsSpan().Trim();
            var at = spoken.Length == 0 ? -1 : text.AsSpan(from, Math.Min(text.Length - from, spoken.Length + SearchWithin)).IndexOf(spoken, StringComparison.Ordinal);
            if (at < 0)
            {
                continue;
            }

            from += at + spoken.Length;
            cut = from;
        }

        while (cut > 0 && cut < text.Length && !char.IsWhiteSpace(text[cut]) && !char.IsLetterOrDigit(text[cut]))
        {
            cut++;
        }

        return text[..cut].TrimEnd();
    }
}
