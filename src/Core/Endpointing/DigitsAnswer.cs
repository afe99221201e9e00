using Conversation.Core.Recognition;

namespace Conversation.Core.Endpointing;

/// <summary>Dictated digits come in groups with pauses between: patient until there are as many as a number has.</summary>
internal static class DigitsAnswer
{
    /// <summary>Completeness by the count of digits; null where the answer is none.</summary>
    public static float? Score(string words, string[] tokens)
    {
        var count = Count(tokens);
        if (count == 0 || Others(tokens) > 4)
        {
            return null;
        }

        var hangs = tokens[^1] is "double" or "triple" or "and" or "plus" or "oh" && count < 10;
        return hangs ? 0.05f : count switch
        {
            < 4 => 0.08f,
            < 7 => 0.2f,
            < 10 => 0.5f,
            10 or 11 => 0.9f,
            _ => 0.8f,
        };
    }

    private static int Count(string[] tokens)
    {
        var count = 0;
        var times = 1;
        foreach (var token in tokens)
        {
            var here = WordClasses.DigitWords.Contains(token) ? 1 : WordClasses.Tens.Contains(token) ? 1 : token.Count(char.IsDigit);
            count += here * times;
            times = token switch { "double" => 2, "triple" => 3, _ => 1 };
        }

        return count;
    }

    private static int Others(string[] tokens) =>
        tokens.Count(static t => !WordClasses.DigitWords.Contains(t) && !WordClasses.Tens.Contains(t) && !char.IsDigit(t[0]) && t is not ("double" or "triple" or "and" or "plus") && !Fillers.Contains(t));
}
