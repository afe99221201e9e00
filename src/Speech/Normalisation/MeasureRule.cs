using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>5 km, 20°C, 60 km/h, 10 MB, 5%, 6'2".</summary>
internal sealed partial class MeasureRule : IRule
{
    private const string Amount = @"(?<number>[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-−]?\.\d+)";

    private static readonly FrozenDictionary<string, (string One, string Many)> Units = new Dictionary<string, (string, string)>
    {
        ["%"] = ("percent", "percent"), ["km"] = ("kilometer", "kilometers"), ["cm"] = ("centimeter", "centimeters"), ["mm"] = ("millimeter", "millimeters"), ["m"] = ("meter", "meters"),
        ["kg"] = ("kilogram", "kilograms"), ["g"] = ("gram", "grams"), ["mg"] = ("milligram", "milligrams"), ["mcg"] = ("microgram", "micrograms"), ["µg"] = ("microgram", "micrograms"),
        ["lb"] = ("pound", "pounds"), ["lbs"] = ("pound", "pounds"), ["oz"] = ("ounce", "ounces"), ["ft"] = ("foot", "feet"), ["mi"] = ("mile", "miles"), ["yd"] = ("yard", "yards"), ["st"] = ("stone", "stone"),
        ["mph"] = ("mile per hour", "miles per hour"), ["km/h"] = ("kilometer per hour", "kilometers per hour"), ["kph"] = ("kilometer per hour", "kilometers per hour"), ["m/s"] = ("meter per second", "meters per second"),
        ["°C"] = ("degree Celsius", "degrees Celsius"), ["°F"] = ("degree Fahrenheit", "degrees Fahrenheit"), ["°"] = ("degree", "degrees"), ["ºC"] = ("degree Celsius", "degrees Celsius"),
        ["kB"] = ("kilobyte", "kilobytes"), ["KB"] = ("kilobyte", "kilobytes"), ["MB"] = ("megabyte", "megabytes"), ["GB"] = ("gigabyte", "gigabytes"), ["TB"] = ("terabyte", "terabytes"),
        ["Mbps"] = ("megabit per second", "megabits per second"), ["Gbps"] = ("gigabit per second", "gigabits per second"), ["kbps"] = ("kilobit per second", "kilobits per second"),
        ["ml"] = ("milliliter", "milliliters"), ["mL"] = ("milliliter", "milliliters"), ["cl"] = ("centiliter", "centiliters"), ["l"] = ("liter", "liters"), ["L"] = ("liter", "liters"),
        ["Hz"] = ("hertz", "hertz"), ["kHz"] = ("kilohertz", "kilohertz"), ["MHz"] = ("megahertz", "megahertz"), ["GHz"] = ("gigahertz", "gigahertz"),
        ["W"] = ("watt", "watts"), ["kW"] = ("kilowatt", "kilowatts"), ["kWh"] = ("kilowatt hour", "kilowatt hours"), ["MW"] = ("megawatt", "megawatts"), ["V"] = ("volt", "volts"), ["dB"] = ("decibel", "decibels"),
        ["ms"] = ("millisecond", "milliseconds"), ["s"] = ("second", "seconds"), ["sec"] = ("second", "seconds"), ["secs"] = ("second", "seconds"), ["min"] = ("minute", "minutes"), ["mins"] = ("minute", "minutes"),
        ["h"] = ("hour", "hours"), ["hr"] = ("hour", "hours"), ["hrs"] = ("hour", "hours"), ["yr"] = ("year", "years"), ["yrs"] = ("year", "years"), ["kcal"] = ("kilocalorie", "kilocalories"), ["px"] = ("pixel", "pixels"),
        ["m²"] = ("square meter", "square meters"), ["m2"] = ("square meter", "square meters"), ["km²"] = ("square kilometer", "square kilometers"), ["m³"] = ("cubic meter", "cubic meters"), ["sq ft"] = ("square foot", "square feet"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public Regex Pattern => Measure();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var number = match.Groups["number"].Value;
        if (match.Groups["feet"].Success)
        {
            to.Say($"{NumberWords.Number(match.Groups["feet"].Value)} {(match.Groups["feet"].Value == "1" ? "foot" : "feet")}", match.Index);
            if (match.Groups["inches"].Success)
            {
                to.Say($"{NumberWords.Number(match.Groups["inches"].Value)} {(match.Groups["inches"].Value == "1" ? "inch" : "inches")}", match.Index);
            }

            return true;
        }

        var unit = match.Groups["unit"];
        if (unit.Value == "s" && number[^1] == '0' && match.Length == number.Length + 1 && (number.Length == 4 || to.Previous() is "the" or "early" or "late" or "mid" or "their" or "his" or "her"))
        {
            return false; // the 1990s, in her 30s
        }

        var (one, many) = Units[unit.Value];
        to.Say(NumberWords.Number(number), match.Index);
        to.Say(NumberWords.IsOne(number) ? one : many, unit.Index);
        if (match.Groups["per"].Success)
        {
            var per = match.Groups["per"];
            to.Say("per", per.Index);
            to.Say(Units.TryGetValue(per.Value, out var words) ? words.One : per.Value, per.Index);
        }

        if (match.Value.EndsWith('.') && SentenceEnd.IsAt(text, match.Index + match.Length))
        {
            to.Pause('.', unit.Index);
        }

        return true;
    }

    [GeneratedRegex(@"\G(?:(?<feet>\d{1,2})['′](?:\s?(?<inches>\d{1,2})(?:""|″|''))|" + Amount
        + @"\s?(?<unit>%|°\s?[CF]\b|ºC\b|°|km/h\b|m/s\b|km²|m²|m³|(?:sq ft|km|cm|mm|m2|m|kg|g|mg|mcg|µg|lbs|lb|oz|ft|mi|yd|mph|kph|kB|KB|MB|GB|TB|Mbps|Gbps|kbps|ml|mL|cl|l|L|Hz|kHz|MHz|GHz|kWh|kW|MW|W|V|dB|ms|secs|sec|s|mins|min|hrs|hr|h|yrs|yr|kcal|px)(?![\w'’]|-\w))(?:/(?<per>[A-Za-z]+))?(?:(?<=lb|oz|ft|min|hr|sec|lbs|mins|hrs|secs)\.)?)")]
    private static partial Regex Measure();
}
