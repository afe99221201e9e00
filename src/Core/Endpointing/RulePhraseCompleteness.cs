using Conversation.Core.Recognition;

namespace Conversation.Core.Endpointing;

/// <summary>
/// Judges English phrases by rules: what they end with, what the recogniser's punctuation says, what answer is expected. Words outweigh the full stop,
/// for recognisers put one on cut phrases too.
/// </summary>
public sealed class RulePhraseCompleteness : IPhraseCompleteness
{
    private const float Unfinished = 0.08f;
    private const float Complete = 0.92f;

    /// <summary>The only instance needed: it holds nothing.</summary>
    public static RulePhraseCompleteness Instance { get; } = new();

    /// <inheritdoc/>
    public float Score(string words, ExpectedAnswer expected)
    {
        var raw = words.AsSpan().TrimEnd();
        var tokens = PhraseText.Words(words);
        if (tokens.Length == 0)
        {
            return 0;
        }

        if (Fillers.Contains(tokens[^1]) && Fillers.Only(tokens[^1]) && Fillers.Only(words))
        {
            return 0.02f;
        }

        if (expected == ExpectedAnswer.YesNo && YesNo(tokens))
        {
            return 0.98f;
        }

        if (expected == ExpectedAnswer.Digits && DigitsAnswer.Score(words, tokens) is { } digits)
        {
            return digits;
        }

        if (Hangs(raw))
        {
            return Unfinished;
        }

        return Ending(tokens, raw, expected) ?? Whole(tokens, raw, expected);
    }

    private static bool YesNo(string[] tokens) => tokens.Length <= 4 && Array.TrueForAll(tokens, WordClasses.YesNo.Contains) && tokens[^1] is not ("of" or "that's" or "is" or "not");

    private static bool Hangs(ReadOnlySpan<char> raw) =>
        raw.EndsWith("...") || raw.EndsWith("…") || raw[^1] is ',' or '-' or '–' or '—' or ':' or ';';

    /// <summary>What the last words say, null where they leave it open.</summary>
    private static float? Ending(string[] t, ReadOnlySpan<char> raw, ExpectedAnswer expected)
    {
        var last = t[^1];
        var before = t.Length > 1 ? t[^2] : "";
        var asks = t.Length > 1 && (WordClasses.Questions.Contains(t[0]) || (t.Length > 2 && WordClasses.Questions.Contains(t[1])));
        if (Fillers.Contains(last))
        {
            return 0.04f;
        }

        if (last == "so")
        {
            return before is "think" or "hope" or "guess" or "suppose" or "believe" or "say" or "not" ? 0.9f : Unfinished;
        }

        if (last == "that")
        {
            return WordClasses.BeforeThat.Contains(before) ? 0.7f : 0.2f;
        }

        if (last == "then" && t.Length > 2)
        {
            return 0.7f;
        }

        if (WordClasses.Conjunctions.Contains(last))
        {
            return last == "though" && t.Length > 2 ? 0.7f : 0.04f;
        }

        if (t.Length == 1 && WordClasses.Openers.Contains(last))
        {
            return raw[^1] == '?' ? 0.7f : 0.2f;
        }

        if (t.Length == 2 && (before is "how" || WordClasses.Determiners.Contains(before)))
        {
            return raw[^1] == '?' && before is not "how" ? 0.6f : 0.4f;
        }

        if (last == "please" && (t.Length == 1 || AfterSentence(raw)))
        {
            return 0.2f;
        }

        if (last is "now" or "then" or "also" && WordClasses.Auxiliaries.Contains(before))
        {
            return 0.15f;
        }

        return Prepositional(t, last, before, asks, raw) ?? Verbal(t, last, before, asks) ?? Nominal(t, last, before, expected);
    }

    private static float? Prepositional(string[] t, string last, string before, bool asks, ReadOnlySpan<char> raw)
    {
        if (!WordClasses.Prepositions.Contains(last))
        {
            return null;
        }

        if (asks && t.Length >= 4 && raw[^1] == '?')
        {
            return 0.75f;
        }

        if (last is "in" or "on" && WordClasses.ParticleVerbs.Contains(before))
        {
            return 0.5f;
        }

        return WordClasses.LooseParticles.Contains(last) && t.Length > 3 ? 0.3f : Unfinished;
    }

    private static float? Verbal(string[] t, string last, string before, bool asks)
    {
        if (WordClasses.Contractions.Contains(last) || (last.EndsWith("'s", StringComparison.Ordinal) && t.Length > 1))
        {
            return 0.1f;
        }

        var opened = t[0] is "yes" or "no" or "yeah" or "nope" or "so" or "of";
        if (WordClasses.Auxiliaries.Contains(last) && last is not "have" && !(last == "may" && IsDayOrMonthBefore(before)))
        {
            var embedded = WordClasses.Pronouns.Contains(before) && Array.Exists(t[..^1], WordClasses.Questions.Contains);
            return opened && t.Length is > 2 and < 5 ? 0.894f : embedded || (asks && t.Length >= 4) ? 0.5f : last.EndsWith("n't", StringComparison.Ordinal) ? 0.35f : Unfinished;
        }

        if (WordClasses.Subjects.Contains(last) || (last is "you" && before is "can" or "could" or "would" or "will" or "do" or "did" or "if" or "when" or "that" or "because" or "where" or "what" or "as"))
        {
            return 0.1f;
        }

        if (last is "there" && before is "is" or "are" or "was" && t.Length < 4)
        {
            return 0.12f;
        }

        if (last is "me" or "us" or "him" or "them" && before is "tell" or "give" or "send" or "show" or "let" or "put" or "sent" or "gave" or "told")
        {
            return 0.25f;
        }

        if (last is "know")
        {
            return before is "don't" or "not" ? 0.75f : t[0] is "do" or "did" ? 0.25f : 0.45f;
        }

        if (!WordClasses.Transitives.Contains(last))
        {
            // "I'd like to connect": a verb just named more often than not has an object to come.
            return before is "to" or "please" && t.Length > 2 && !asks && !WordClasses.Sufficient.Contains(last) && !last.EndsWith('s') && !char.IsDigit(last[0]) && !WordClasses.DigitWords.Contains(last) ? 0.5f : null;
        }

        return last is "see" && t is ["i", "see"] or ["oh", "i", "see"] ? 0.9f
            : before is "the" or "a" or "my" or "an" or "your" or "this" or "that" ? null
            : asks && t.Length >= 4 ? (before is "to" ? 0.45f : 0.75f)
            : WordClasses.LooseVerbs.Contains(last) && t.Length > 2 ? 0.3f : 0.12f;
    }

    private static float? Nominal(string[] t, string last, string before, ExpectedAnswer expected)
    {
        if (WordClasses.Determiners.Contains(last))
        {
            return last is "both" or "either" or "neither" or "each" ? 0.5f : last is "a" && before is "vitamin" or "option" ? 0.5f : 0.03f;
        }

        if (WordClasses.LooseDeterminers.Contains(last))
        {
            return last is "this" or "these" or "those" or "her" or "another" ? 0.4f : 0.25f;
        }

        if (WordClasses.Leaning.Contains(last))
        {
            return WordClasses.LooseLeaning.Contains(last) && t.Length > 1 ? (before is "a" or "the" or "my" or "your" or "another" ? 0.7f : last is "doctor" or "half" or "quarter" or "number" or "room" ? 0.2f : 0.4f) : 0.1f;
        }

        if (WordClasses.Tens.Contains(last))
        {
            return 0.45f;
        }

        if (WordClasses.Months.Contains(last) && last != "may")
        {
            return expected == ExpectedAnswer.DateOrTime ? (before is "of" || char.IsDigit(before.Length > 0 ? before[0] : 'x') || IsOrdinal(before) ? 0.9f : 0.35f) : null;
        }

        return null;
    }

    /// <summary>Whether the last word begins a sentence: a full stop stands before it.</summary>
    private static bool AfterSentence(ReadOnlySpan<char> raw)
    {
        var space = raw.LastIndexOf(' ');
        return space > 0 && raw[..space].TrimEnd()[^1] is '.' or '!' or '?';
    }

    private static bool IsDayOrMonthBefore(string before) => before is "of" or "in" or "early" or "late" || (before.Length > 0 && char.IsDigit(before[0])) || IsOrdinal(before);

    private static bool IsOrdinal(string word) => word.EndsWith("th", StringComparison.Ordinal) || word.EndsWith("st", StringComparison.Ordinal)
        || word.EndsWith("nd", StringComparison.Ordinal) || word.EndsWith("rd", StringComparison.Ordinal);

    /// <summary>Nothing hangs: how sure the whole makes one.</summary>
    private static float Whole(string[] t, ReadOnlySpan<char> raw, ExpectedAnswer expected)
    {
        var end = raw[^1];
        if (WordClasses.Closings.Contains(t[^1]) || t is [.., "thank", "you"])
        {
            return Complete;
        }

        if (end == '?')
        {
            return t.Length >= 3 ? Complete : 0.8f;
        }

        if (expected is ExpectedAnswer.DateOrTime or ExpectedAnswer.Name)
        {
            return expected == ExpectedAnswer.Name && t.Length == 1 ? 0.6f : Complete;
        }

        var clause = Array.FindIndex(t, IsSubject) is var at && at >= 0 && at < t.Length - 2;
        var score = t.Length >= 4 ? (clause ? 0.894f : 0.867f) : t.Length >= 2 ? 0.68f : 0.62f;
        return end is '.' or '!' ? score : score - 0.16f;
    }

    private static bool IsSubject(string word) =>
        word is "i" or "we" or "you" or "he" or "she" or "they" or "it" or "my" || WordClasses.Contractions.Contains(word) || word is "can" or "could" or "is" or "are" or "do" or "does";
}
