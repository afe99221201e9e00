using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>Plain words, initialisms, Roman numerals after names, words with capitals inside, letters beside digits.</summary>
internal sealed partial class WordRule(Func<string, bool> isKnown) : IRule
{
    private static readonly FrozenSet<string> Acronyms =
        "NASA NATO UNESCO UNICEF AIDS LASER RADAR PIN SIM RAM ROM LAN WAN GIF COVID OPEC FIFA SWAT SCUBA NAFTA ASAP NASDAQ SONAR CAPTCHA FEMA HIPAA OSHA IKEA LEGO VISA ASCII JPEG JSON SARS MERS CAT PET DOS BASIC UEFA TED FAFSA ZIP NIMBY YOLO".Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> SpelledAnyway =
        "US UK EU UN AI IT TV PC ID OK GP HR PR PM AM CEO CFO CTO FAQ DIY USA NHS FBI CIA BBC CNN API URL PDF SMS GPS USB DVD CD DNA MRI ECG EKG GMT UTC EST PST VIP ATM HIV BMW IBM HTML HTTP HTTPS SQL CPU GPU WWW SUV RSVP AOK BBQ PTO HTML CSS LLM LED LCD KPI ETA ADHD PTSD".Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> Emphasised =
        "NOT ALL AND NOW THE YOU ANY NO YES GO DO IS ARE CAN NEW MUST VERY ONE TWO WE HE SHE MY YOUR OR IN ON AT TO OF FOR BUT IF SO TOO OUT HOW WHO WHY ONLY NEVER ALWAYS STOP HELP FREE PLEASE".Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> Monarchs =
        "Henry Louis Elizabeth George Charles William Edward James Richard Philip Benedict Napoleon Paul Pius Gregory Francis Frederick Catherine Mary Peter Nicholas Alexander John Leo Carl Gustav Margaret".Split(' ').ToFrozenSet();

    private static readonly FrozenSet<string> Numbered =
        "War Chapter Part Act Scene Volume Book Section Phase Stage Type Class Title Article Level Appendix Super Bowl Rocky Final Tier Figure Table Mark".Split(' ').ToFrozenSet();

    public Regex Pattern => Word();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var word = match.Value.Replace('’', '\'');
        var (source, end) = (match.Index, match.Index + match.Length);
        var besideDigit = (source > 0 && char.IsAsciiDigit(text[source - 1])) || (end < text.Length && char.IsAsciiDigit(text[end]));
        if (match.Groups["dotted"].Success)
        {
            to.Spell(new string([.. word.Where(char.IsLetter)]), source);
            if (word.EndsWith('.') && SentenceEnd.IsAt(text, end) && text.AsSpan(end).Trim().IsEmpty)
            {
                to.Pause('.', source);
            }
        }
        else if (Roman(word, source, text) is { } numeral)
        {
            to.Say(numeral, source);
        }
        else if (word == "A" && LetterNotArticle(text, source, end))
        {
            to.Spell(word, source);
        }
        else if ((word.Length == 1 && word is not ("a" or "A" or "I" or "i" or "o" or "O")) || (besideDigit && (word.Length <= 2 || (word.Length <= 4 && IsCapital(word)) || !isKnown(word))))
        {
            to.Spell(word, source);
        }
        else if (Initialism().Match(word) is { Success: true } capitals && IsSpelled(capitals.Groups["letters"].Value, text))
        {
            to.Spell(capitals.Groups["letters"].Value, source);
            if (capitals.Groups["ending"].Success)
            {
                // Letters' names end in vowels or voiced sounds but for a few: "PCs", "the BBC's".
                to.Say("'s", source);
            }
        }
        else if (HasInnerCapital(word) && !isKnown(word))
        {
            Camel(word, source, to);
        }
        else
        {
            to.Say(word.Trim('\''), source);
        }

        return true;
    }

    private void Camel(string word, int source, SpokenWriter to)
    {
        foreach (Match part in CamelParts().Matches(word))
        {
            if (part.Length > 1 && IsCapital(part.Value) && !isKnown(part.Value) || part.Value.Length == 1 && char.IsUpper(part.Value[0]))
            {
                to.Spell(part.Value, source);
            }
            else
            {
                to.Say(part.Value, source);
            }
        }
    }

    private bool IsSpelled(string letters, string text)
    {
        if (Acronyms.Contains(letters) || letters.Length < 2)
        {
            return false;
        }

        if (IsShouted(text))
        {
            return !isKnown(letters);
        }

        if (SpelledAnyway.Contains(letters))
        {
            return true;
        }

        return !Emphasised.Contains(letters) && (letters.Length <= 3 || !letters.AsSpan().ContainsAny("AEIOUY") || (letters.Length <= 5 && !isKnown(letters)));
    }

    /// <summary>A text without small letters says nothing by its capitals.</summary>
    private static bool IsShouted(string text) => text.Count(char.IsUpper) > 8 && !text.Any(char.IsLower);

    private static bool IsCapital(string word) => word.All(char.IsUpper);

    private static bool HasInnerCapital(string word) => word.AsSpan(1).IndexOfAnyInRange('A', 'Z') >= 0 && word.Any(char.IsLower);

    /// <summary>"plan A", "vitamin A": not at a start, not before a word that it could belong to.</summary>
    private static bool LetterNotArticle(string text, int start, int end)
    {
        var before = text.AsSpan(0, start).TrimEnd();
        return !before.IsEmpty && char.IsLetterOrDigit(before[^1]) && (end == text.Length || text[end] is not ' ' || text.AsSpan(end).TrimStart() is [] or ['a', 'n', 'd', ' ', ..] or ['o', 'r', ' ', ..] or ['i', 's', ' ', ..]);
    }

    private static string? Roman(string word, int source, string text)
    {
        if (word.Length > 5 || word.AsSpan().ContainsAnyExcept("IVX") || word is "I" && !text.AsSpan(0, source).TrimEnd().EndsWith("War"))
        {
            return null;
        }

        var before = text[..source].TrimEnd();
        var name = before[(before.LastIndexOf(' ') + 1)..];
        var value = 0;
        for (var i = 0; i < word.Length; i++)
        {
            var (here, next) = (Value(word[i]), i + 1 < word.Length ? Value(word[i + 1]) : 0);
            value += here < next ? -here : here;
        }

        return Monarchs.Contains(name) ? "the " + NumberWords.Ordinal(value) : Numbered.Contains(name) ? NumberWords.Cardinal(value) : null;
    }

    private static int Value(char numeral) => numeral switch { 'I' => 1, 'V' => 5, _ => 10 };

    [GeneratedRegex(@"\G(?:(?<dotted>(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b)?)|\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)*['’]?)")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?<letters>[A-Z]{2,6})(?<ending>'?s)?$")]
    private static partial Regex Initialism();

    [GeneratedRegex(@"[A-Z]+(?![a-z])|[A-Z]?[a-z']+")]
    private static partial Regex CamelParts();
}
