using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>$1,250.50, £5m, €20, $10/month, 50¢, 99p.</summary>
internal sealed partial class MoneyRule : IRule
{
    public Regex Pattern => Money();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var source = match.Index;
        if (match.Groups["coins"].Success)
        {
            var coin = match.Groups["coin"].Value == "p" ? ("penny", "pence") : ("cent", "cents");
            var count = match.Groups["coins"].Value;
            to.Say($"{NumberWords.Number(count)} {(NumberWords.IsOne(count) ? coin.Item1 : coin.Item2)}", source);
            return true;
        }

        var (one, many, cent, cents) = match.Groups["sign"].Value switch
        {
            "£" => ("pound", "pounds", "penny", "pence"),
            "€" => ("euro", "euros", "cent", "cents"),
            "¥" => ("yen", "yen", "sen", "sen"),
            "₹" => ("rupee", "rupees", "paisa", "paise"),
            _ => ("dollar", "dollars", "cent", "cents"),
        };
        if (match.Groups["minus"].Success)
        {
            to.Say("minus", source);
        }

        var whole = match.Groups["whole"].Value;
        var part = match.Groups["part"].Value;
        if (match.Groups["power"].Success)
        {
            to.Say(NumberWords.Number(whole + part), match.Groups["whole"].Index);
            to.Say(Power(match.Groups["power"].Value), match.Groups["power"].Index);
            to.Say(many, match.Groups["power"].Index);
            return true;
        }

        if (part.Length is not (0 or 3))
        {
            to.Say($"{NumberWords.Number(whole + part)} {many}", source);
            return true;
        }

        var small = part.Length == 3 ? int.Parse(part.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (whole.Trim('0').Length > 0 || small == 0)
        {
            to.Say($"{NumberWords.Number(whole)} {(whole == "1" ? one : many)}{(small > 0 ? " and" : "")}", source);
        }

        if (small > 0)
        {
            to.Say($"{NumberWords.Cardinal(small)} {(small == 1 ? cent : cents)}", source);
        }

        return true;
    }

    internal static string Power(string written) => written.ToLowerInvariant() switch
    {
        "k" or "thousand" => "thousand",
        "m" or "mn" or "million" => "million",
        "b" or "bn" or "billion" => "billion",
        _ => "trillion",
    };

    [GeneratedRegex(@"\G(?:(?<minus>[-−])?(?:US|AU|CA|NZ|HK|A|C)?(?<sign>[$£€¥₹])\s?(?<whole>\d{1,3}(?:,\d{3})+|\d+)(?<part>\.\d+)?(?:\s?(?<power>thousand|million|billion|trillion|[kKmMbB]|mn|bn|tn)\b)?|(?<coins>\d+)\s?(?<coin>¢|p\b))")]
    private static partial Regex Money();
}
