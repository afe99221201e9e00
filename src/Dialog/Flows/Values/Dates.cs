using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>How dates are read.</summary>
/// <param name="Today">The caller's day.</param>
/// <param name="DayFirst">Whether 12/3 is the twelfth of March.</param>
/// <param name="Past">Whether days that lie behind are meant ("Tuesday" is the last one).</param>
internal readonly record struct DateReading(DateOnly Today, bool DayFirst = false, bool Past = false);

/// <summary>Dates as they are said: "tomorrow", "next Tuesday", "Monday week", "the 3rd of March", "in two weeks", "12/3". Values are ISO days; "next week" is the partial week:MONDAY.</summary>
internal static partial class Dates
{
    public static IEnumerable<Found> Find(IReadOnlyList<Word> words, DateReading reading)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (TryAt(words, i, reading, out var found))
            {
                yield return found;
                i = found.To - 1;
            }
        }
    }

    private static bool TryAt(IReadOnlyList<Word> words, int at, DateReading reading, out Found found)
    {
        var start = at;
        if (words.Is(at, "the") && !words.Is(at + 1, "day"))
        {
            at++;
        }

        var read = Relative(words, at, reading, out var next)
            ?? Weekday(words, at, reading, out next)
            ?? Written(words, at, reading, out next)
            ?? MonthAndDay(words, at, reading, out next)
            ?? DayOfMonth(words, at, start != at, reading, out next);
        if (read is { } date)
        {
            found = new Found(Days.Iso(date), start, next);
            return true;
        }

        if (words.Is(at, "next", "following", "this", "coming") && words.Is(at + 1, "week"))
        {
            var monday = Days.Monday(reading.Today).AddDays(words.Is(at, "this") ? 0 : 7);
            found = new Found("week:" + Days.Iso(monday), start, at + 2, Partial: true);
            return true;
        }

        found = default;
        return false;
    }

    private static DateOnly? Relative(IReadOnlyList<Word> words, int at, DateReading reading, out int next)
    {
        var today = reading.Today;
        next = at + 1;
        if (words.Is(at, "today", "tonight"))
        {
            return Week(words, ref next, today);
        }

        if (words.Is(at, "tomorrow"))
        {
            return Week(words, ref next, today.AddDays(1));
        }

        if (words.Is(at, "yesterday"))
        {
            return today.AddDays(-1);
        }

        foreach (var (phrase, days) in (ReadOnlySpan<(string, int)>)[("the day after tomorrow", 2), ("day after tomorrow", 2), ("this morning", 0), ("this afternoon", 0), ("this evening", 0), ("a week today", 7), ("week tomorrow", 8), ("a week tomorrow", 8), ("the day before yesterday", -2)])
        {
            if (words.Starts(at, phrase))
            {
                // "this afternoon" leaves its part of day to the time parser.
                next = at + (days == 0 ? 1 : phrase.Split(' ').Length);
                return today.AddDays(days);
            }
        }

        return Distance(words, at, today, out next);
    }

    /// <summary>"in two weeks", "two weeks from Tuesday", "a fortnight", "three days ago".</summary>
    private static DateOnly? Distance(IReadOnlyList<Word> words, int at, DateOnly today, out int next)
    {
        next = at;
        var i = words.Is(at, "in", "within") ? at + 1 : at;
        if (words.Is(i, "about", "around"))
        {
            i++;
        }

        int count;
        if (words.Is(i, "a", "an", "one") && words.Is(i + 1, "day", "week", "month", "year", "fortnight"))
        {
            (count, i) = (1, i + 1);
        }
        else if (words.Starts(i, "a couple of"))
        {
            (count, i) = (2, i + 3);
        }
        else if (!Numbers.TrySmall(words, i, out count, out i))
        {
            return null;
        }

        if (!words.Is(i, "day", "days", "week", "weeks", "month", "months", "year", "years", "fortnight", "fortnights"))
        {
            return null;
        }

        var unit = words[i].Text.TrimEnd('s');
        i++;
        var from = today;
        if (words.Is(i, "ago", "back"))
        {
            (count, i) = (-count, i + 1);
        }
        else if (words.Is(i, "from", "on", "after") && i + 1 < words.Count)
        {
            if (words.Is(i + 1, "now", "today"))
            {
                i += 2;
            }
            else if (words.Is(i + 1, "tomorrow"))
            {
                (from, i) = (today.AddDays(1), i + 2);
            }
            else if (Days.TryWeekday(words[i + 1].Text, out var day))
            {
                (from, i) = (Days.Next(today, day), i + 2);
            }
        }
        else if (!words.Is(at, "in", "within"))
        {
            // "two weeks" alone is a length, not a day.
            return null;
        }

        next = i;
        return unit switch
        {
            "day" => from.AddDays(count),
            "week" => from.AddDays(7 * count),
            "fortnight" => from.AddDays(14 * count),
            "month" => from.AddMonths(count),
            _ => from.AddYears(count),
        };
    }

    private static DateOnly Week(IReadOnlyList<Word> words, ref int next, DateOnly date)
    {
        if (words.Is(next, "week") && !words[next - 1].Break)
        {
            next++;
            return date.AddDays(7);
        }

        return date;
    }

    private static DateOnly? Weekday(IReadOnlyList<Word> words, int at, DateReading reading, out int next)
    {
        var i = at;
        var ahead = words.Is(i, "this", "next", "coming", "last", "on") ? words[i++].Text : "";
        if (words.Is(i, "coming"))
        {
            i++;
        }

        next = i + 1;
        if (i >= words.Count || !Days.TryWeekday(words[i].Text, out var day))
        {
            return null;
        }

        var today = reading.Today;
        var date = ahead switch
        {
            // "next Tuesday" is the one of the coming calendar week, which begins on Monday.
            "next" => Days.Monday(today).AddDays(7 + (((int)day + 6) % 7)),
            "last" => Days.Previous(today, day),
            "this" or "coming" => Days.Next(today.AddDays(-1), day),
            _ => reading.Past ? Days.Previous(today, day) : Days.Next(today, day),
        };

        if (words.Is(next, "week") && !words[next - 1].Break)
        {
            (date, next) = (Days.Next(today, day).AddDays(7), next + 1);
        }
        else if (words.Starts(next, "next week"))
        {
            (date, next) = (Days.Monday(today).AddDays(7 + (((int)day + 6) % 7)), next + 2);
        }
        else if (words.Starts(next, "after next"))
        {
            (date, next) = (Days.Next(today, day).AddDays(7), next + 2);
        }
        else if (DayNumber(words, next, out var number, out var after))
        {
            // "Tuesday the 3rd": the number rules, and the weekday picks the month where it can.
            next = after;
            if (MonthAfter(words, after, out var month, out var afterMonth))
            {
                next = afterMonth;
                return Nearest(month, number, reading);
            }

            for (var m = 0; m < 12; m++)
            {
                var there = today.AddMonths(m);
                if (Days.Make(there.Year, there.Month, number) is { } match && match >= today && match.DayOfWeek == day)
                {
                    return match;
                }
            }

            return InMonth(number, reading);
        }
        else if (MonthAndDay(words, words.Is(next, "the") ? next + 1 : next, reading, out var past) is { } exact)
        {
            next = past;
            return exact;
        }

        return date;
    }
}
