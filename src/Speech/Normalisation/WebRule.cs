using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>Web and e-mail addresses: said as one dictates them, without the scheme.</summary>
internal sealed partial class WebRule(Func<string, bool> isKnown) : IRule
{
    public Regex Pattern => Address();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var source = match.Index;
        var address = match.Groups["address"].Value.TrimEnd('/', '.', ',', ';', ':', '!', '?');
        foreach (Match part in Parts().Matches(address))
        {
            Part(part.Value, source, to);
        }

        if (SentenceMark(match.Value) is { } mark)
        {
            to.Pause(mark, source);
        }

        return true;
    }

    private void Part(string part, int source, SpokenWriter to)
    {
        var name = part[0] switch
        {
            '.' => "dot",
            '/' => "slash",
            '@' => "at",
            '-' => "dash",
            '_' => "underscore",
            '?' => "question mark",
            '=' => "equals",
            '&' => "and",
            '#' => "hash",
            ':' => "colon",
            '+' => "plus",
            '%' => "percent",
            '~' => "tilde",
            _ => null,
        };
        if (name is not null)
        {
            to.Say(name, source);
        }
        else if (char.IsAsciiDigit(part[0]))
        {
            to.Say(part.Length <= 2 && part[0] != '0' ? NumberWords.Number(part) : NumberWords.Digits(part), source);
        }
        else if (part.Length <= 3 && !Said(part) && (part.Length < 3 || !isKnown(part)))
        {
            to.Spell(part, source);
        }
        else if (!part.AsSpan().ContainsAny("aeiouyAEIOUY"))
        {
            to.Spell(part, source);
        }
        else
        {
            to.Say(part.ToLowerInvariant(), source);
        }
    }

    private static bool Said(string part) => part.ToLowerInvariant() is "com" or "org" or "net" or "gov" or "edu" or "app" or "co" or "dev" or "me" or "my" or "in" or "to" or "the" or "we" or "go" or "of" or "info" or "is" or "it";

    private static char? SentenceMark(string matched) => matched[^1] is '.' or '!' or '?' or ',' or ';' ? matched[^1] : null;

    [GeneratedRegex(@"\G(?:mailto:)?(?:(?<address>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)|(?:https?://|ftp://)(?:www\.)?(?<address>[^\s<>""')\]]+)|www\.(?<address>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[^\s<>""')\]]*)?)|(?<address>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|edu|gov|io|ai|dev|app|info|co\.uk|org\.uk|ac\.uk|uk|eu|de|us|tv|me|health|clinic)(?![\w])(?:/[^\s<>""')\]]*)?))")]
    private static partial Regex Address();

    [GeneratedRegex(@"[A-Za-z]+|\d+|[./@_?=&#:+%~-]")]
    private static partial Regex Parts();
}
