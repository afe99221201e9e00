using System.Text;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>Writes TwiML, Twilio's instructions for a call, and TeXML, Telnyx's. Knows no socket.</summary>
internal static class Twiml
{
    /// <summary>Characters of a parameter's name and value together: Twilio takes no more.</summary>
    public const int LongestParameter = 500;

    /// <summary>Connects the call with a stream, both ways.</summary>
    public static string Stream(string url, IEnumerable<KeyValuePair<string, string>> parameters, bool telnyx)
    {
        var text = new StringBuilder("""<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url=""").Append('"').Append(Escape(url)).Append('"');
        if (telnyx)
        {
            text.Append(""" codec="PCMU" bidirectionalMode="rtp" bidirectionalCodec="PCMU" bidirectionalSamplingRate="8000" """);
        }

        text.Append('>');
        foreach (var (name, value) in parameters)
        {
            text.Append("<Parameter name=\"").Append(Escape(name)).Append("\" value=\"").Append(Escape(value)).Append("\"/>");
        }

        return text.Append("</Stream></Connect></Response>").ToString();
    }

    /// <summary>Hands the call over.</summary>
    public static string Dial(string target) => target.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || target.StartsWith("sips:", StringComparison.OrdinalIgnoreCase)
        ? $"<Response><Dial><Sip>{Escape(target)}</Sip></Dial></Response>"
        : $"<Response><Dial><Number>{Escape(target)}</Number></Dial></Response>";

    /// <summary>Takes no call.</summary>
    public static string Busy() => """<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy"/></Response>""";

    /// <summary>Whether a call can be handed over to this: a number or a SIP address.</summary>
    public static bool IsTarget(string target) =>
        target.Length is > 2 and <= 256 && !target.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
        && ((target.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || target.StartsWith("sips:", StringComparison.OrdinalIgnoreCase)) && target.Contains('@', StringComparison.Ordinal)
            || target.TrimStart('+').Trim('(').All(letter => char.IsAsciiDigit(letter) || letter is '-' or '.' or '(' or ')') && target.Count(char.IsAsciiDigit) >= 2);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            switch (letter)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '"':
                    escaped.Append("&quot;");
                    break;
                case '\'':
                    escaped.Append("&apos;");
                    break;
                // No XML can hold these, however written.
                case < ' ' or '\uFFFE' or '\uFFFF':
                    escaped.Append(' ');
                    break;
                default:
                    escaped.Append(char.IsSurrogate(letter) ? '?' : letter);
                    break;
            }
        }

        return escaped.ToString();
    }
}
