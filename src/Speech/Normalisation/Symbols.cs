namespace Conversation.Speech.Normalisation;

/// <summary>What stands between words: marks that shape the melody, signs that are said, and all that is passed over.</summary>
internal static class Symbols
{
    /// <summary>Says the sign at <paramref name="at"/> and gives the characters taken.</summary>
    internal static int Say(string text, int at, SpokenWriter to)
    {
        var here = text[at];
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        var before = at > 0 ? text[at - 1] : '\0';
        switch (here)
        {
            case '.' when next == '.':
                var dots = 1;
                while (at + dots < text.Length && text[at + dots] == '.')
                {
                    dots++;
                }

                to.Pause('…', at);
                return dots;
            case '.' or ',' or ';' or ':' or '?' or '!' or '…':
                to.Pause(here, at);
                return 1;
            case '—':
                to.Pause('—', at);
                return 1;
            case '-' or '–' when next == '-' || (char.IsWhiteSpace(before) && char.IsWhiteSpace(next)):
                to.Pause('—', at);
                return next == '-' ? 2 : 1;
            case '(' or ')' or '[' or ']' or '|' or '\n':
                to.Pause(',', at);
                return 1;
            case '/' when char.IsLetterOrDigit(before) && char.IsLetterOrDigit(next):
                if (!text.AsSpan(0, at).EndsWith("and", StringComparison.OrdinalIgnoreCase))
                {
                    to.Say("slash", at);
                }

                return 1;
            case '&':
                to.Say("and", at);
                return 1;
            case '+':
                to.Say("plus", at);
                return 1;
            case '=':
                to.Say("equals", at);
                return 1;
            case '@':
                to.Say("at", at);
                return 1;
            case '%':
                to.Say("percent", at);
                return 1;
            case '#' when char.IsAsciiDigit(next):
                to.Say("number", at);
                return 1;
            case '#' when char.IsLetter(next):
                to.Say("hashtag", at);
                return 1;
            case '~' or '≈' when char.IsAsciiDigit(next) || next == ' ':
                to.Say("about", at);
                return 1;
            case '×':
                to.Say("times", at);
                return 1;
            case '÷':
                to.Say("divided by", at);
                return 1;
            case '<':
                to.Say("less than", at);
                return 1;
            case '>':
                to.Say("greater than", at);
                return 1;
            case '→':
                to.Say("to", at);
                return 1;
            case '§':
                to.Say("section", at);
                return 1;
            case '°':
                to.Say("degrees", at);
                return 1;
            default:
                return 1;
        }
    }
}
