using Conversation.Core.Recognition;

namespace Conversation.Core.Endpointing;

/// <summary>
/// The judge that is used: rules where they are sure (a phrase that hangs, an answer that was asked for), a learned model for what they leave open. Of punctuation the
/// recogniser is generous: its question marks count for a whole somewhat, where it put nothing at all that counts for a cut.
/// </summary>
public sealed class PhraseCompleteness : IPhraseCompleteness
{
    private const float HangsBelow = 0.21f;
    private const float Sure = 0.895f;
    private const float SurerThanAsked = 0.95f;
    private const float Opening = 0.45f;
    private const int LongOpening = 9;
    private const float AskedOdds = 3.8f;
    private const float UnstoppedOdds = -3;
    private const float Instruction = 0.2f;
    private const float MostLogOdds = 4;

    private PhraseCompleteness()
    {
    }

    /// <summary>The only instance needed: it holds nothing.</summary>
    public static PhraseCompleteness Instance { get; } = new();

    /// <inheritdoc/>
    public float Score(string words, ExpectedAnswer expected)
    {
        var rules = RulePhraseCompleteness.Instance.Score(words, expected);
        var sentence = PhraseText.Words(LastSentence(words));
        var end = words.AsSpan().TrimEnd() is [.., var stop] ? stop : ' ';
        var asks = end == '?' && sentence.Length > 1 && expected is ExpectedAnswer.Open or ExpectedAnswer.YesNo;
        if (rules < HangsBelow || sentence.Length == 0 || expected == ExpectedAnswer.Digits || rules > (asks ? SurerThanAsked : Sure))
        {
            return rules;
        }

        // "Press one" goes on: to what, or followed by what.
        if (sentence.Length == 2 && sentence[0] is "press" or "dial" or "enter" or "say")
        {
            return Instruction;
        }

        var odds = PhraseModel.Instance.LogOdds(sentence) + (end switch { '?' => AskedOdds, '.' or '!' => 0, _ => UnstoppedOdds });
        var score = 1 / (1 + MathF.Exp(-Math.Clamp(odds, -MostLogOdds, MostLogOdds)));
        return OnlyOpens(sentence, words) || InventedObject(sentence) ? MathF.Min(score, Opening) : score;
    }

    /// <summary>"If you would like an appointment", "To hear your messages": grammatical, but the main clause is to come.</summary>
    private static bool OnlyOpens(string[] sentence, string words) =>
        sentence.Length is > 1 and < LongOpening && WordClasses.Subordinators.Contains(sentence[0]) && !WordClasses.Auxiliaries.Contains(sentence[1]) && !words.Contains(',', StringComparison.Ordinal);

    /// <summary>"I am calling about it": the recogniser likes to give a preposition left hanging an object.</summary>
    private static bool InventedObject(string[] sentence) => sentence is [.., var preposition, "it" or "them"] && WordClasses.Prepositions.Contains(preposition);

    private static string LastSentence(string words)
    {
        for (var i = words.Length - 3; i > 0; i--)
        {
            if (words[i] is '.' or '!' or '?' && words[i + 1] == ' ' && !IsAbbreviation(words, i))
            {
                return words[(i + 2)..];
            }
        }

        return words;
    }

    // "Dr. Chen" is one sentence.
    private static bool IsAbbreviation(string words, int stop)
    {
        var start = words.LastIndexOf(' ', stop) + 1;
        return stop - start <= 3 && words.AsSpan(start, stop - start) is "Dr" or "Mr" or "Mrs" or "Ms" or "St";
    }
}
