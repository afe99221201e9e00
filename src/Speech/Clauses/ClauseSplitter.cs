using System.Text;

namespace Conversation.Speech.Clauses;

/// <summary>
/// Cuts a growing text into clauses to be spoken. Where it cuts depends on the text alone, never on how it arrived in pieces; joined, the clauses are the text.
/// A clause keeps the one white-space character after it.
/// </summary>
internal sealed class ClauseSplitter(ClauseOptions options)
{
    private readonly StringBuilder _pending = new();
    private int _taken;

    internal void Append(string delta) => _pending.Append(delta);

    /// <summary>Whether anything that could be spoken is left.</summary>
    internal bool HasPending => _pending.Length > 0;

    /// <summary>The next clause whose end is certain; null where more text is needed.</summary>
    internal string? TryTake()
    {
        var text = _pending.ToString();
        var cut = FindCut(text);
        return cut > 0 ? Take(cut) : null;
    }

    /// <summary>The rest, once no more text will come; call until null.</summary>
    internal string? Flush() => TryTake() ?? (_pending.Length > 0 ? Take(_pending.Length) : null);

    /// <summary>What is pending, if it already reads as finished, though the white space that would prove it has not come: for a text that pauses.</summary>
    internal string? TakeIfFinished()
    {
        var text = _pending.ToString();
        var end = text.TrimEnd();
        return end.Length > 0 && ClauseMarks.IsStrong(end[^1]) && !(end[^1] == '.' && ClauseMarks.IsInnerDot(end, end.Length - 1, followedByCapital: false)) && !(end.Length > 1 && end[^1] == '.' && char.IsAsciiDigit(end[^2]))
            ? Take(text.Length)
            : null;
    }

    private string Take(int length)
    {
        var clause = _pending.ToString(0, length);
        _pending.Remove(0, length);
        if (!string.IsNullOrWhiteSpace(clause))
        {
            _taken++;
        }

        return clause;
    }

    /// <summary>How many characters the next clause has; 0 where that is not certain yet.</summary>
    private int FindCut(string text)
    {
        var begin = text.Length - text.AsSpan().TrimStart().Length;
        var longest = begin + (_taken == 0 ? options.LongestFirst : _taken == 1 ? options.LongestSecond : options.Longest);
        var soon = _taken == 0;
        for (var at = begin; at < text.Length && at < longest; at++)
        {
            if (!char.IsWhiteSpace(text[at]) || at == begin)
            {
                continue;
            }

            switch (ClauseMarks.Before(text, at, begin))
            {
                case Boundary.Unknown:
                    return 0;
                case Boundary.Strong:
                    return at + 1;
                case Boundary.Weak when soon && at - begin >= options.Shortest:
                    return at + 1;
            }
        }

        // The word at the limit must be whole before it can be known for a joining one.
        return text.Length > longest + ClauseMarks.LongestJoining ? Longest(text, begin, longest) : 0;
    }

    /// <summary>No sentence ends within the limit: after the last comma in its later part, else before a joining word, else between any words, else in the middle of one.</summary>
    private int Longest(string text, int begin, int longest)
    {
        int comma = 0, joint = 0, space = 0;
        for (var at = begin + 1; at < longest; at++)
        {
            if (!char.IsWhiteSpace(text[at]))
            {
                continue;
            }

            space = at + 1;
            if (at - begin >= options.Shortest && ClauseMarks.Before(text, at, begin) == Boundary.Weak)
            {
                comma = at + 1;
            }

            if (at - begin > (longest - begin) / 2 && ClauseMarks.Joins(text, at + 1))
            {
                joint = at + 1;
            }
        }

        return comma - begin > (longest - begin) / 4 ? comma : joint > 0 ? joint : space > 0 ? space : SafeLength(text, longest);
    }

    private static int SafeLength(string text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
