using System.Text;

namespace Conversation.Dialog.Chat;

/// <summary>Takes out what models write for the eye, which would be read aloud: emphasis, headings, bullets, line ends. Works on pieces as they stream.</summary>
internal sealed class SpokenText
{
    private bool _lineStart = true;
    private bool _space = true;

    public string Clean(string piece)
    {
        var text = new StringBuilder(piece.Length);
        foreach (var c in piece)
        {
            if (c is '*' or '`' or '#' || (_lineStart && (c is '-' or '\u2022' or '>')))
            {
                continue;
            }

            if (char.IsWhiteSpace(c))
            {
                _lineStart |= c == '\n';
                if (!_space)
                {
                    text.Append(' ');
                }

                _space = true;
                continue;
            }

            text.Append(c);
            (_lineStart, _space) = (false, false);
        }

        return text.ToString();
    }
}
