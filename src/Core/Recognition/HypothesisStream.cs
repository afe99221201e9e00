using System.Text;

namespace Conversation.Core.Recognition;

/// <summary>
/// Turns successive hypotheses of one growing utterance into text that is only ever appended to. A word is told once two successive hypotheses agree on it (local
/// agreement, Liu et al. 2020), and the last word of a hypothesis is held back while speech goes on, for it may be half said. Words are compared without case and
/// punctuation; punctuation is told only together with the word that follows it.
/// </summary>
internal sealed class HypothesisStream
{
    private readonly List<string> _told = [];
    private string[] _previous = [];
    private bool _endsPunctuated;

    /// <summary>Whether anything was told.</summary>
    public bool Any => _told.Count > 0;

    /// <summary>Takes a hypothesis of the whole utterance; gives what may be appended, null where nothing. With <paramref name="ended"/> its last word is whole.</summary>
    public string? Take(string text, bool ended)
    {
        var tokens = Tokens(text);
        var sure = Math.Min(Agreement(_previous, tokens), ended ? tokens.Length : tokens.Length - 1);
        _previous = tokens;
        if (sure <= _told.Count || !Aligned(tokens))
        {
            return null;
        }

        var delta = new StringBuilder();
        for (var i = _told.Count; i < sure; i++)
        {
            if (i > 0)
            {
                if (!_endsPunctuated)
                {
                    delta.Append(tokens[i - 1].AsSpan(Core(tokens[i - 1]).Length));
                }

                delta.Append(' ');
            }

            delta.Append(Core(tokens[i]));
            _endsPunctuated = false;
        }

        for (var i = _told.Count; i < sure; i++)
        {
            _told.Add(tokens[i]);
        }

        return delta.ToString();
    }

    /// <summary>The whole text was told at once and replaces what was told before.</summary>
    public void Replace(string text)
    {
        _told.Clear();
        _told.AddRange(Tokens(text));
        _previous = [.. _told];
        _endsPunctuated = true;
    }

    private static int Agreement(string[] a, string[] b)
    {
        var n = Math.Min(a.Length, b.Length);
        for (var i = 0; i < n; i++)
        {
            if (!PhraseText.Same(a[i], b[i]))
            {
                return i;
            }
        }

        return n;
    }

    // What was told cannot be taken back. Where a later hypothesis has other words there, it is followed only if the newest told word still stands in its place.
    private bool Aligned(string[] tokens) => _told.Count == 0 || PhraseText.Same(_told[^1], tokens[_told.Count - 1]);

    private static string[] Tokens(string text)
    {
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(parts, static p => PhraseText.IsBlank(p)) ? Array.FindAll(parts, static p => !PhraseText.IsBlank(p)) : parts;
    }

    private static ReadOnlySpan<char> Core(string token)
    {
        var end = token.Length;
        while (end > 0 && !char.IsLetterOrDigit(token[end - 1]) && token[end - 1] is not ('%' or '°' or '$' or '€' or '£'))
        {
            end--;
        }

        return token.AsSpan(0, end);
    }
}
