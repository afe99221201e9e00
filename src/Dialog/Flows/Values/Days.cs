using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>Names of days and months, and the steps between them.</summary>
internal static class Days
{
    private static readonly string[] MonthNames = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static bool TryIso(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    public static bool TryWeekday(string word, out DayOfWeek day)
    {
        var name = word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word;
        for (var d = DayOfWeek.Sunday; d <= DayOfWeek.Saturday; d++)
        {
            var full = d.ToString().ToLowerInvariant();
            if (name == full || name == full + "s" || (name.Length is 3 or 4 && name is not ("sun" or "sat" or "wed") && full.StartsWith(name, StringComparison.Ordinal)))
            {
                day = d;
                return true;
            }
        }

        day = default;
        return false;
    }

    public static bool TryMonth(string word, out int month)
    {
        month = Array.IndexOf(MonthNames, word) + 1;
        if (month == 0 && word.Length is 3 or 4 && word != "mar")
        {
            month = word == "sept" ? 9 : Array.FindIndex(MonthNames, m => word.Length == 3 && m.StartsWith(word, StringComparison.Ordinal)) + 1;
        }

        return month > 0;
    }

    public static DateOnly Monday(DateOnly date) => date.AddDays(-(((int)date.DayOfWeek + 6) % 7));

    /// <summary>The next such day after <paramref name="from"/>, never the same day.</summary>
    public static DateOnly Next(DateOnly from, DayOfWeek day) => from.AddDays((((int)day - (int)from.DayOfWeek + 6) % 7) + 1);

    /// <summary>The last such day before <paramref name="from"/>, never the same day.</summary>
    public static DateOnly Previous(DateOnly from, DayOfWeek day) => from.AddDays(-((((int)from.DayOfWeek - (int)day + 6) % 7) + 1));

    public static DateOnly? Make(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && year is >= 1 and <= 9998 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
}
