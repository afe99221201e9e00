using System.Text.RegularExpressions;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>Whether a caller says that they do not want to be recorded. In doubt they do not: a recording too few harms nobody.</summary>
internal static partial class Objection
{
    /// <summary><paramref name="first"/>: the caller's first words after the notice, when "that" is the recording.</summary>
    public static bool IsIn(string text, bool first)
    {
        var plain = text.Replace('\u2019', '\'');
        return Refusal().IsMatch(plain) || Order().IsMatch(plain) || (first && That().IsMatch(plain));
    }

    // "I don't want to be recorded", "please do not record this", "I'd rather not be taped"; not "you did not record my order".
    [GeneratedRegex(@"\b(?:don'?t|do not|not|never|won't|cannot|can't|mustn't|object to|refuse|decline|without|against)\s+(?:[\w']+\s+){0,6}?(?:record(?:ed|ing|ings)?|taped?|taping)\b(?!\s+(?:my|the|a|an|our|your)\s+(?!call|conversation|voice|phone))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"\b(?:stop|no|end|cease|quit|(?:turn|switch)(?:ing)? off|delete|erase)\s+(?:[\w']+\s+){0,2}?(?:recordings?|being recorded|taping)\b|\b(?:turn|switch) (?:\w+ ){1,2}recording off\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Order();

    [GeneratedRegex(@"\b(?:don'?t|do not)\s+(?:want|agree|consent|accept)(?:\s+(?:to\s+)?(?:that|this|it))?\s*[.,!]*\s*$|\bI\s+(?:object|refuse|decline)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex That();
}
