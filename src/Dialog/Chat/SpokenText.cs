using System.Text;

namespace Conversation.Dialog.Chat;

/// <summary>Takes out what models write for the eye: markup that would be read aloud. Works on pieces as they stream.</summary>
internal sealed class SpokenText
{
    private bool _lineStart = true;

    public string Clean(string piece)
    {
        var text = new StringBuilder(piece.Length);
        foreach (var c in piece)
        {
            switch (c)
            {
                case '*' or '`' or '#':
                    break;
                case '-' or '\u2022' or ' ' or '\t' or '>' when _lineStart && (c is not ' ' || text.Length == 0):
                    if (c == ' ' && text.Length == 0 && !_lineStart)
                    {
                        text.Append(c);
                    }

                    break;
                case '\r' or '\n':
                    if (!_lineStart)
                    {
                        text.Append(' ');
                    }

                    _lineStart = true;
                    break;
                default:
                    text.Append(c);
                    _lineStart = false;
                    break;
            }
        }

        return text.ToString();
    }
}
