using System.Globalization;
using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>2026-11-20, 11/20/2026, Nov 20th, November 20, 2026, 20 November, 20th of Nov 2026, May 2026.</summary>
internal sealed partial class DateRule : IRule
{
    private const string Month = "(?:(?<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\b\\.?)";
    private const string Year = "(?:,?\\s(?<year>(?:1[0-9]|20)\\d{2})(?![\\d:,.]*\\d|\\s?(?:km|kg|people)\\b))";
    private const string Day = "(?<day>3[01]|[12]\\d|0?[1-9])(?<th>st|nd|rd|th)?";

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public Regex Pattern => Date();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var month = match.Groups["month"].Success ? Find(match.Groups["month"].Value) : Number(match, "mm");
        var day = Number(match, match.Groups["dd"].Success ? "dd" : "day");
        if (match.Groups["us"].Success && month > 12)
        {
            (month, day) = (day, month);
        }

        if (month is < 1 or > 12 || day > 31)
        {
            return false;
        }

        var named = Months[month - 1];
        var monthAt = match.Groups[match.Groups["month"].Success ? "month" : "mm"].Index;
        var dayAt = match.Groups[match.Groups["dd"].Success ? "dd" : "day"].Index;
        if (match.Groups["dayfirst"].Success)
        {
            to.Say(to.Previous() == "the" ? NumberWords.Ordinal(day) : $"the {NumberWords.Ordinal(day)}", dayAt);
            to.Say("of", dayAt);
            to.Say(named, monthAt);
        }
        else
        {
            to.Say(named, monthAt);
            if (day > 0)
            {
                to.Say(NumberWords.Ordinal(day), dayAt);
            }
        }

        if (match.Groups["year"].Success)
        {
            var year = Number(match, "year");
            year = match.Groups["year"].Length == 2 ? year + (year < 70 ? 2000 : 1900) : year;
            to.Say(NumberWords.Year(year), match.Groups["year"].Index);
        }

        return true;
    }

    private static int Find(string written) => 1 + Array.FindIndex(Months, m => m.StartsWith(written[..3], StringComparison.OrdinalIgnoreCase));

    private static int Number(Match match, string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\G(?:(?<year>\d{4})-(?<mm>\d{2})-(?<dd>\d{2})(?![\d-])|(?<us>(?<mm>\d{1,2})/(?<dd>\d{1,2})/(?<year>\d{4}|\d{2}))(?![\d/])|(?<us>(?<mm>\d{1,2})\.(?<dd>\d{1,2})\.(?<year>\d{4}))(?![\d.]*\d)"
        + "|(?<dayfirst>" + Day + @"(?:\sof)?\s" + Month + Year + @"?)|" + Month + @"\s(?:the\s)?" + Day + @"(?![\d:]|[,.]\d|\s?(?:[ap]\.?m\b|%))" + Year + "?|" + Month + Year + ")")]
    private static partial Regex Date();
}
