using System.Globalization;

namespace Conversation.Dialog.Flows.Values;

/// <summary>How values are said back.</summary>
internal static class Spoken
{
    private static readonly string[] Small =
    [
        "twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ];

    private static readonly string[] DigitNames = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    /// <summary>Days for which the month goes without saying.</summary>
    private const int Soon = 21;

    /// <summary>"Wednesday the 4th"; "tomorrow, Tuesday the 3rd", or with <paramref name="brief"/> "tomorrow"; from three weeks on "Wednesday the 4th of March".</summary>
    public static string Date(DateOnly date, DateOnly today, bool brief = false)
    {
        var near = (date.DayNumber - today.DayNumber) switch { 0 => "today", 1 => "tomorrow", _ => null };
        var soon = date.DayNumber - today.DayNumber is >= 0 and < Soon;
        var day = $"{date.DayOfWeek} the {Ordinal(date.Day)}{(soon ? "" : $" of {date.ToString("MMMM", CultureInfo.InvariantCulture)}")}";
        return near is null ? day : brief ? near : $"{near}, {day}";
    }

    /// <summary>"on Tuesday the 3rd", "tomorrow".</summary>
    public static string On(DateOnly date, DateOnly today) => (date.DayNumber - today.DayNumber) is 0 or 1 ? Date(date, today, brief: true) : "on " + Date(date, today, brief: true);

    /// <summary>"half past nine", "quarter to four", "ten twenty", "nine o'clock"; noon is "noon".</summary>
    public static string Time(TimeOnly time, bool full = false)
    {
        if (time is { Hour: 12, Minute: 0 })
        {
            return "noon";
        }

        var hour = Small[time.Hour % 12];
        var next = Small[(time.Hour + 1) % 12];
        var clock = time.Minute switch
        {
            0 => full ? hour : $"{hour} o'clock",
            15 => $"quarter past {hour}",
            30 => $"half past {hour}",
            45 => $"quarter to {next}",
            < 10 => $"{hour} oh {DigitNames[time.Minute]}",
            _ => $"{hour} {Number(time.Minute)}",
        };
        return full ? $"{clock} in the {(time.Hour < 12 ? "morning" : time.Hour < 18 ? "afternoon" : "evening")}" : clock;
    }

    /// <summary>Digits in groups of three, the last of four: "four one five, five five five, one two one two".</summary>
    public static string Digits(string digits)
    {
        var groups = new List<string>();
        var at = 0;
        while (at < digits.Length)
        {
            var left = digits.Length - at;
            var take = left <= 4 ? left : 3;
            groups.Add(string.Join(' ', digits.Substring(at, take).Where(char.IsAsciiDigit).Select(d => DigitNames[d - '0'])));
            at += take;
        }

        return string.Join(", ", groups);
    }

    /// <summary>"K, O, W".</summary>
    public static string Letters(string text) => string.Join(", ", text.ToUpperInvariant().Where(char.IsLetterOrDigit));

    /// <summary>"nine, ten or half past ten".</summary>
    public static string List(IReadOnlyList<string> items, string last = "or") => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => $"{string.Join(", ", items.Take(items.Count - 1))} {last} {items[^1]}",
    };

    public static string Ordinal(int number) => number + ((number % 100) is >= 11 and <= 13 ? "th" : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });

    private static string Number(int number) => number <= 20 ? Small[number] : $"{(number < 30 ? "twenty" : number < 40 ? "thirty" : number < 50 ? "forty" : "fifty")}{(number % 10 == 0 ? "" : " " + DigitNames[number % 10])}";
}
