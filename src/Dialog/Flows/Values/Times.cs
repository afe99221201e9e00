using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>
/// Times as they are said: "half past nine", "quarter to four", "nine thirty", "2 pm", "fourteen hundred", "noon". Values are HH:mm.
/// Partial values narrow: morning, afternoon, evening, any, first, last, after:HH:mm, before:HH:mm.
/// "nine" is taken as morning or afternoon by what falls between <c>from</c> and <c>to</c>.
/// </summary>
internal static class Times
{
    private static readonly (string Phrase, string Value)[] Parts =
    [
        ("in the morning", "morning"), ("this morning", "morning"), ("morning", "morning"), ("mornings", "morning"),
        ("in the afternoon", "afternoon"), ("afternoon", "afternoon"), ("afternoons", "afternoon"), ("after lunch", "afternoon"),
        ("in the evening", "evening"), ("evening", "evening"), ("at lunchtime", "12:00"), ("lunchtime", "12:00"),
        ("first thing", "first"), ("as early as possible", "first"), ("the earliest", "first"), ("earliest", "first"), ("as soon as possible", "first"), ("early", "morning"),
        ("end of the day", "last"), ("as late as possible", "last"), ("the latest", "last"), ("late", "last"),
        ("any time", "any"), ("anytime", "any"), ("whenever", "any"), ("i don't mind", "any"), ("doesn't matter", "any"), ("don't care", "any"), ("i'm flexible", "any"), ("whatever you have", "any"), ("anything", "any"),
    ];

    public static IEnumerable<Found> Find(IReadOnlyList<Word> words, TimeOnly from, TimeOnly to)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (TryAt(words, i, from, to, out var found))
            {
                yield return found;
                i = found.To - 1;
            }
        }
    }

    public static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static bool TryAt(IReadOnlyList<Word> words, int at, TimeOnly from, TimeOnly to, out Found found)
    {
        if (words.Is(at, "after", "before", "until") && !words.Is(at + 1, "that") && TryClock(words, at + 1, from, to, out var edge, out var past, out _))
        {
            found = new Found($"{(words[at].Text == "after" ? "after" : "before")}:{Text(edge)}", at, past, Partial: true);
            return true;
        }

        var led = words.Is(at, "at", "around", "about", "by", "for", "@");
        var start = led ? at + 1 : at;
        if (words.Is(start, "around", "about"))
        {
            start++;
        }

        if (TryClock(words, start, from, to, out var time, out var next, out var bare))
        {
            found = new Found(Text(time), at, next, Bare: bare && !(led && !words.Is(at, "for", "by")));
            return true;
        }

        foreach (var (phrase, value) in Parts)
        {
            if (words.Starts(at, phrase) && !(value == "morning" && words.Is(at - 1, "good")) && !(words.Is(at - 1, "good") && value is "afternoon" or "evening" && words.Is(at - 1, "good")))
            {
                found = new Found(value, at, at + phrase.Split(' ').Length, Partial: value != "12:00", Bare: value is "any" or "first" or "last");
                return true;
            }
        }

        found = default;
        return false;
    }

    private static bool TryClock(IReadOnlyList<Word> words, int at, TimeOnly from, TimeOnly to, out TimeOnly time, out int next, out bool bare)
    {
        (time, next, bare) = (default, at + 1, false);
        if (words.Is(at, "noon", "midday"))
        {
            time = new TimeOnly(12, 0);
            return true;
        }

        if (words.Starts(at, "twelve noon"))
        {
            (time, next) = (new TimeOnly(12, 0), at + 2);
            return true;
        }

        if (words.Is(at, "midnight"))
        {
            return true;
        }

        if (!TryHourAndMinute(words, at, out var hour, out var minute, out next, out bare) || hour > 23 || minute > 59)
        {
            return false;
        }

        var half = Half(words, ref next);
        if (half is { } pm && hour <= 12)
        {
            hour = (hour % 12) + (pm ? 12 : 0);
            bare = false;
        }
        else if (hour is >= 1 and <= 12)
        {
            hour = Resolve(hour, minute, from, to);
        }

        time = new TimeOnly(hour, minute);
        return true;
    }

    private static bool TryHourAndMinute(IReadOnlyList<Word> words, int at, out int hour, out int minute, out int next, out bool bare)
    {
        (hour, minute, next, bare) = (0, 0, at + 1, false);
        if (at >= words.Count)
        {
            return false;
        }

        var text = words[at].Text;
        var colon = text.IndexOfAny([':', '.']);
        if (colon > 0)
        {
            return int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out hour) && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out minute);
        }

        if (words[at].IsDigits && text.Length is 3 or 4 && int.TryParse(text, CultureInfo.InvariantCulture, out var run))
        {
            // "930" and "1430" as recognisers write them; years and phone numbers are not times.
            (hour, minute, bare) = (run / 100, run % 100, true);
            return minute % 5 == 0 && run is < 1900 or > 2100;
        }

        if (words.Is(at, "half"))
        {
            return Numbers.TrySmall(words, words.Is(at + 1, "past") ? at + 2 : at + 1, out hour, out next) && (minute = 30) > 0 && hour is >= 1 and <= 12;
        }

        var minutes = at;
        if (words.Is(minutes, "a"))
        {
            minutes++;
        }

        var small = 0;
        var link = minutes + 1;
        if (words.Is(minutes, "quarter") || Numbers.TrySmall(words, minutes, out small, out link))
        {
            var amount = words.Is(minutes, "quarter") ? 15 : small;
            var after = words.Is(link, "minutes", "minute") ? link + 1 : link;
            if (words.Is(after, "past", "after", "to", "of", "till", "before") && !words[after - 1].Break && amount is > 0 and < 60 && (amount % 5 == 0 || after != link || !words.Is(after, "to", "of", "after", "before"))
                && Numbers.TrySmall(words, after + 1, out hour, out next) && hour is >= 1 and <= 12 && (amount != hour || words.Is(minutes, "quarter") || words.Is(after, "past")))
            {
                var back = words.Is(after, "to", "of", "till", "before");
                (hour, minute) = back ? (hour == 1 ? 12 : hour - 1, 60 - amount) : (hour, amount);
                return true;
            }
        }

        if (minutes != at || !Numbers.TrySmall(words, at, out hour, out next) || hour > 24)
        {
            return false;
        }

        if (words.Is(next, "o'clock"))
        {
            next++;
            return hour <= 12;
        }

        if (words.Is(next, "hundred"))
        {
            next += words.Is(next + 1, "hours") ? 2 : 1;
            return hour <= 23;
        }

        if (!words[next - 1].Break && hour >= 1)
        {
            if (words.Is(next, "oh", "o") && Numbers.TrySmall(words, next + 1, out minute, out var afterOh) && minute is > 0 and < 10)
            {
                next = afterOh;
                return true;
            }

            if (Numbers.TrySmall(words, next, out minute, out var afterMinute) && minute is >= 10 and < 60 && !words.Is(afterMinute, "oh", "hundred") && !(afterMinute < words.Count && Numbers.TrySmall(words, afterMinute, out _, out _)))
            {
                next = afterMinute;
                return true;
            }
        }

        minute = 0;
        bare = true;
        return hour is >= 1 and <= 23;
    }

    /// <summary>"am", "pm", "in the afternoon", "at night" after a clock time.</summary>
    private static bool? Half(IReadOnlyList<Word> words, ref int next)
    {
        if (words.Is(next, "am", "pm"))
        {
            return words[next++].Text == "pm";
        }

        if (words.Is(next, "a", "p") && words.Is(next + 1, "m"))
        {
            next += 2;
            return words[next - 2].Text == "p";
        }

        foreach (var (phrase, pm) in (ReadOnlySpan<(string, bool)>)[("in the morning", false), ("in the afternoon", true), ("in the evening", true), ("at night", true), ("tonight", true), ("this morning", false), ("this afternoon", true), ("this evening", true)])
        {
            if (words.Starts(next, phrase))
            {
                next += phrase.Split(' ').Length;
                return pm;
            }
        }

        return null;
    }

    private static int Resolve(int hour, int minute, TimeOnly from, TimeOnly to)
    {
        var early = hour % 12;
        var late = early + 12;
        var earlyFits = Fits(early);
        var lateFits = Fits(late);
        if (earlyFits != lateFits)
        {
            return earlyFits ? early : late;
        }

        return hour is >= 7 and <= 11 ? early : late;

        bool Fits(int h) => new TimeOnly(h, minute) >= from && new TimeOnly(h, minute) <= to;
    }
}
