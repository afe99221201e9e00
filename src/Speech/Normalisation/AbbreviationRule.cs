using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>Dr., Mr., St., e.g., etc., No. 5, Mon., U.S.</summary>
internal sealed partial class AbbreviationRule : IRule
{
    // Said wherever they stand, with or without the dot.
    private static readonly FrozenDictionary<string, string> Always = new Dictionary<string, string>
    {
        ["Mr"] = "mister", ["Mrs"] = "missus", ["Ms"] = "miz", ["Mx"] = "mix", ["Prof"] = "professor", ["Jr"] = "junior", ["Sr"] = "senior", ["vs"] = "versus", ["etc"] = "et cetera", ["Messrs"] = "messers",
        ["approx"] = "approximately", ["Blvd"] = "boulevard", ["Ave"] = "avenue", ["Dept"] = "department", ["dept"] = "department", ["Ltd"] = "limited", ["Inc"] = "incorporated", ["Corp"] = "corporation",
        ["Rev"] = "reverend", ["Gov"] = "governor", ["Hon"] = "honorable", ["Capt"] = "captain", ["Lt"] = "lieutenant", ["Sgt"] = "sergeant", ["Pkwy"] = "parkway", ["Hwy"] = "highway",
        ["appt"] = "appointment", ["Appt"] = "appointment", ["appts"] = "appointments", ["Apt"] = "apartment", ["misc"] = "miscellaneous", ["Rd"] = "road",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Said only with the dot: without it they are words or something else.
    private static readonly FrozenDictionary<string, string> Dotted = new Dictionary<string, string>
    {
        ["e.g"] = "for example", ["i.e"] = "that is", ["a.k.a"] = "also known as", ["Ph.D"] = "P H D", ["M.D"] = "M D", ["Co"] = "company", ["Gen"] = "general", ["Col"] = "colonel", ["Sen"] = "senator", ["Rep"] = "representative",
        ["est"] = "established", ["min"] = "minimum", ["max"] = "maximum", ["ext"] = "extension", ["Ext"] = "extension", ["tel"] = "telephone", ["Tel"] = "telephone", ["fig"] = "figure", ["Fig"] = "figure", ["vol"] = "volume", ["Vol"] = "volume",
        ["Mt"] = "mount", ["Ft"] = "fort", ["Ln"] = "lane", ["Sq"] = "square", ["Mon"] = "Monday", ["Tue"] = "Tuesday", ["Tues"] = "Tuesday", ["Wed"] = "Wednesday", ["Thu"] = "Thursday", ["Thur"] = "Thursday", ["Thurs"] = "Thursday",
        ["Fri"] = "Friday", ["Sat"] = "Saturday", ["Sun"] = "Sunday", ["Jan"] = "January", ["Feb"] = "February", ["Aug"] = "August", ["Sept"] = "September", ["Oct"] = "October", ["Nov"] = "November", ["Dec"] = "December",
        ["dr"] = "doctor", ["mr"] = "mister", ["mrs"] = "missus", ["ms"] = "miz", ["prof"] = "professor", ["govt"] = "government", ["incl"] = "including", ["ed"] = "edition",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public Regex Pattern => Abbreviation();

    /// <summary>Whether a dot after this word is the word's own and ends no sentence.</summary>
    internal static bool OwnsDot(string word) =>
        word is "Dr" or "St" or "No" or "no" or "Nos" || (Always.ContainsKey(word) && word is not ("etc" or "Inc" or "Ltd" or "Corp" or "Jr" or "Sr" or "Ave" or "Blvd" or "Rd")) || (Dotted.ContainsKey(word) && word is not ("Co" or "Ph.D" or "M.D" or "Sun" or "Sat" or "ed" or "Ln" or "Sq" or "est" or "max" or "min" or "Wed" or "Mon"));

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var word = match.Groups["word"].Value;
        var dot = match.Groups["dot"].Success;
        var end = match.Index + match.Length;
        var next = text.AsSpan(end).TrimStart();
        var spoken = word switch
        {
            "Dr" => AfterName(text, match.Index) && !char.IsLower(First(next)) ? "drive" : "doctor",
            "St" when dot || char.IsUpper(First(next)) || AfterName(text, match.Index) => AfterName(text, match.Index) || !char.IsUpper(First(next)) ? "street" : "saint",
            "No" or "no" or "Nos" when dot && char.IsAsciiDigit(First(next)) => "number",
            _ when Always.TryGetValue(word, out var always) => always,
            _ when dot && Dotted.TryGetValue(word, out var dotted) => dotted,
            _ => null,
        };
        if (spoken is null)
        {
            return false;
        }

        if (spoken is "P H D" or "M D")
        {
            to.Spell(spoken.Replace(" ", "", StringComparison.Ordinal), match.Index);
        }
        else
        {
            to.Say(spoken, match.Index);
        }

        var mayEnd = !OwnsDot(word) || spoken is "drive" or "street";
        if (dot && (next.IsEmpty || (mayEnd && SentenceEnd.IsAt(text, end) && word is "etc" or "Ave" or "Blvd" or "Rd" or "Inc" or "Ltd" or "Dr" or "St")))
        {
            to.Pause('.', match.Index);
        }

        return true;
    }

    private static char First(ReadOnlySpan<char> rest) => rest.IsEmpty ? '\0' : rest[0];

    /// <summary>After "12 Main" it is a street, at a sentence's start a saint.</summary>
    private static bool AfterName(string text, int at)
    {
        var before = text.AsSpan(0, at).TrimEnd();
        var start = before.LastIndexOf(' ') + 1;
        return at > 0 && before.Length > start + 1 && char.IsUpper(before[start]) && char.IsLetter(before[^1]) && start > 0
            && (char.IsAsciiDigit(before[..start].TrimEnd()[^1]) || before[..start].TrimEnd() is [.., var last] && char.IsLetter(last) && before[start..] is not ("Mr" or "The"));
    }

    [GeneratedRegex(@"\G(?<word>e\.g|i\.e|a\.k\.a|Ph\.D|M\.D|[A-Za-z]{2,6})(?![\w'’-])(?<dot>\.(?!\w))?")]
    private static partial Regex Abbreviation();
}
