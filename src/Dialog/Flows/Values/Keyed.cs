using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>What keys of a telephone say.</summary>
internal static class Keyed
{
    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    /// <summary>Whether a text is what a keypad gives.</summary>
    public static bool Is(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiDigit(c) || c is '*' or '#');

    /// <summary>"one", "number two", "press three", "option 4": a key that was said; null for what is no such thing.</summary>
    public static string? Said(IReadOnlyList<Word> words)
    {
        var at = words.Count == 2 && words.Is(0, "number", "option", "press", "key", "choose") ? 1 : 0;
        if (words.Count != at + 1)
        {
            return null;
        }

        var text = words[at].Text;
        var digit = Array.IndexOf(Numbers, text);
        return digit >= 0 ? digit.ToString(CultureInfo.InvariantCulture) : text is [>= '0' and <= '9'] ? text : text is "star" ? "*" : null;
    }

    /// <summary>How a key is called.</summary>
    public static string Name(string key) => key switch { "*" => "star", "#" => "hash", _ => key };

    /// <summary>The next day that month and day name, or with <paramref name="past"/> the last; null where there is none.</summary>
    public static DateOnly? Date(string keys, string format, DateOnly today, bool past)
    {
        if (keys.Length != format.Length)
        {
            return null;
        }

        if (format.Length == 8)
        {
            return DateOnly.TryParseExact(keys, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var whole) ? whole : null;
        }

        // Eight years on there is a 29th of February again.
        for (var step = 0; step <= 8; step++)
        {
            var year = today.Year + (past ? -step : step);
            if (year is >= 1 and <= 9999 && DateOnly.TryParseExact(keys + year.ToString("0000", CultureInfo.InvariantCulture), format + "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && (past ? date <= today : date >= today))
            {
                return date;
            }
        }

        return null;
    }

    /// <summary>"0930", "930", "9": a time of day, in the afternoon where only that lies within the hours; null where it is none.</summary>
    public static TimeOnly? Time(string keys, TimeOnly from, TimeOnly to)
    {
        if (keys.Length is 0 or > 4 || !keys.All(char.IsAsciiDigit))
        {
            return null;
        }

        var hour = int.Parse(keys.Length <= 2 ? keys : keys[..^2], CultureInfo.InvariantCulture);
        var minute = keys.Length <= 2 ? 0 : int.Parse(keys[^2..], CultureInfo.InvariantCulture);
        if (hour > 23 || minute > 59)
        {
            return null;
        }

        var time = new TimeOnly(hour, minute);
        return time < from && hour is > 0 and < 12 && time.AddHours(12) <= to ? time.AddHours(12) : time;
    }
}
