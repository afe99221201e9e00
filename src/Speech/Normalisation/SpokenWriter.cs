using System.Text;

namespace Conversation.Speech.Normalisation;

/// <summary>Collects what will be said.</summary>
internal sealed class SpokenWriter
{
    private readonly List<SpokenToken> _tokens = [];

    internal IReadOnlyList<SpokenToken> Tokens => _tokens;

    /// <summary>The last word said, lower case; empty after a pause or at the start. The further one is asked for, the earlier.</summary>
    internal string Previous(int back = 0)
    {
        var at = _tokens.Count - 1 - back;
        return at >= 0 && _tokens[at].Kind != SpokenKind.Pause ? _tokens[at].Text.ToLowerInvariant() : "";
    }

    /// <summary>Says each word of a phrase; hyphens part words too.</summary>
    internal void Say(string phrase, int source)
    {
        foreach (var word in phrase.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries))
        {
            _tokens.Add(new SpokenToken(word, SpokenKind.Word, source));
        }
    }

    internal void Spell(string letters, int source) => _tokens.Add(new SpokenToken(letters.ToUpperInvariant(), SpokenKind.Letters, source));

    internal void Pause(char mark, int source) => _tokens.Add(new SpokenToken(mark.ToString(), SpokenKind.Pause, source));

    /// <summary>As a line of text, for people: letters apart, marks attached.</summary>
    public override string ToString() => Show(_tokens);

    internal static string Show(IReadOnlyList<SpokenToken> tokens)
    {
        var line = new StringBuilder();
        foreach (var token in tokens)
        {
            if (token.Kind != SpokenKind.Pause && line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append(token.Kind == SpokenKind.Letters ? string.Join(' ', token.Text.AsEnumerable()) : token.Text);
        }

        return line.ToString();
    }
}
