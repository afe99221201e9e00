using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>Days of the month, months, years, and dates in figures.</summary>
internal static partial class Dates
{
    /// <summary>"12/3", "12/3/2027", "2027-03-12".</summary>
    private static DateOnly? Written(IReadOnlyList<Word> words, int at, DateReading reading, out int next)
    {
        next = at + 1;
        if (at >= words.Count)
        {
            return null;
        }

        if (Days.TryIso(words[at].Text, out var iso))
        {
            return iso;
        }

        var parts = words[at].Text.Split('/');
        if (parts.Length is not (2 or 3) || !parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit)))
        {
            return null;
        }

        var numbers = Array.ConvertAll(parts, p => int.Parse(p, CultureInfo.InvariantCulture));
        var (month, day) = (reading.DayFirst && numbers[1] <= 12) || numbers[0] > 12 ? (numbers[1], numbers[0]) : (numbers[0], numbers[1]);
        return parts.Length == 3
            ? Days.Make(numbers[2] < 100 ? 2000 + numbers[2] : numbers[2], month, day)
            : Nearest(month, day, reading);
    }

    /// <summary>"March third", "March the 3rd", "3rd of March", "3 March", each with a year where one is said.</summary>
    private static DateOnly? MonthAndDay(IReadOnlyList<Word> words, int at, DateReading reading, out int next)
    {
        next = at + 1;
        if (at >= words.Count)
        {
            return null;
        }

        int month, day;
        if (Days.TryMonth(words[at].Text, out month))
        {
            var i = words.Is(at + 1, "the") ? at + 2 : at + 1;
            if (!Numbers.TryOrdinal(words, i, out day, out next) && !(Numbers.TrySmall(words, i, out day, out next) && !words.Is(next, "am", "pm", "o'clock")))
            {
                return null;
            }
        }
        else if (!DayNumber(words, at, out day, out var after) && !Numbers.TrySmall(words, at, out day, out after))
        {
            return null;
        }
        else if (!MonthAfter(words, after, out month, out next))
        {
            return null;
        }

        if (next < words.Count && words[next].IsDigits && words[next].Text.Length == 4 && words[next].Text.StartsWith("20", StringComparison.Ordinal))
        {
            return Days.Make(int.Parse(words[next++].Text, CultureInfo.InvariantCulture), month, day);
        }

        return Nearest(month, day, reading);
    }

    /// <summary>"the third", "the 21st of next month".</summary>
    private static DateOnly? DayOfMonth(IReadOnlyList<Word> words, int at, bool article, DateReading reading, out int next)
    {
        if (!Numbers.TryOrdinal(words, at, out var day, out next) || day > 31)
        {
            return null;
        }

        var i = words.Is(next, "of") ? next + 1 : next;
        if (words.Is(i, "next", "this", "the") && words.Is(i + 1, "month"))
        {
            next = i + 2;
            var there = reading.Today.AddMonths(words.Is(i, "next") ? 1 : 0);
            return Days.Make(there.Year, there.Month, day);
        }

        // "first" without an article, or before a noun, orders things ("first thing", "the first one", "the second option").
        var ordering = words.Is(next, "one", "thing", "option", "time", "slot", "available", "of", "name", "visit", "appointment");
        var figure = char.IsAsciiDigit(words[at].Text[0]);
        return (article || figure || words.Count == 1) && !ordering ? InMonth(day, reading) : null;
    }

    private static bool DayNumber(IReadOnlyList<Word> words, int at, out int day, out int next)
    {
        var i = words.Is(at, "the") ? at + 1 : at;
        return Numbers.TryOrdinal(words, i, out day, out next) && day is >= 1 and <= 31;
    }

    private static bool MonthAfter(IReadOnlyList<Word> words, int at, out int month, out int next)
    {
        var i = words.Is(at, "of", "in") ? at + 1 : at;
        next = i + 1;
        month = 0;
        return i < words.Count && Days.TryMonth(words[i].Text, out month);
    }

    private static DateOnly? Nearest(int month, int day, DateReading reading)
    {
        for (var step = 0; step <= 8; step++)
        {
            var date = Days.Make(reading.Today.Year + (reading.Past ? -step : step), month, day);
            if (date is { } found && (reading.Past ? found <= reading.Today : found >= reading.Today))
            {
                return found;
            }
        }

        return null;
    }

    private static DateOnly? InMonth(int day, DateReading reading)
    {
        for (var step = 0; step < 12; step++)
        {
            var there = reading.Today.AddMonths(reading.Past ? -step : step);
            var date = Days.Make(there.Year, there.Month, day);
            if (date is { } found && (reading.Past ? found <= reading.Today : found >= reading.Today))
            {
                return found;
            }
        }

        return null;
    }
}
