using System.Globalization;
using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>9:30, 14:05, 2 pm, 10:30 a.m., 9:00.</summary>
internal sealed partial class TimeRule : IRule
{
    public Regex Pattern => Time();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var hour = int.Parse(match.Groups["hour"].Value, CultureInfo.InvariantCulture);
        var half = match.Groups["half"].Value;
        var minutes = match.Groups["minute"].Success ? int.Parse(match.Groups["minute"].Value, CultureInfo.InvariantCulture) : -1;
        if (hour > 24 || minutes > 59 || (half.Length > 0 && hour > 12 && minutes < 0))
        {
            return false;
        }

        to.Say(hour == 0 ? minutes > 0 && half.Length == 0 ? "zero" : "twelve" : NumberWords.Cardinal(hour), match.Index);
        if (minutes > 0)
        {
            to.Say(NumberWords.Pair(minutes), match.Index);
        }
        else if (minutes == 0 && half.Length == 0)
        {
            to.Say(hour is > 12 or 0 ? "hundred" : "o'clock", match.Index);
        }

        if (match.Groups["second"].Success)
        {
            to.Say($"and {NumberWords.Number(match.Groups["second"].Value.TrimStart('0') is { Length: > 0 } s ? s : "0")} seconds", match.Index);
        }

        if (half.Length > 0)
        {
            var at = match.Groups["half"].Index;
            to.Spell(half[..1] + "M", at);
            if (half.EndsWith('.') && SentenceEnd.IsAt(text, match.Index + match.Length))
            {
                to.Pause('.', at);
            }
        }

        return true;
    }

    [GeneratedRegex(@"\G(?<hour>\d{1,2})(?:[:.](?<minute>\d{2})(?::(?<second>\d{2}))?(?=\s?[aApP]\.?[mM]\b)|:(?<minute>\d{2})(?::(?<second>\d{2}))?(?![\d:])|(?=\s?[aApP]\.?[mM]\b))(?:\s?(?<half>[aApP]\.[mM]\.|[aApP][mM]\b))?")]
    private static partial Regex Time();
}

/// <summary>Whether a text ends, or a new sentence begins, at a place.</summary>
internal static class SentenceEnd
{
    internal static bool IsAt(string text, int at)
    {
        var rest = text.AsSpan(Math.Min(at, text.Length));
        var trimmed = rest.TrimStart();
        return trimmed.IsEmpty || (trimmed.Length < rest.Length && char.IsUpper(trimmed[0]));
    }
}
