namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>Sees the loops that a decoder falls into on noise: the same one to eight tokens over and over.</summary>
internal static class RepetitionGuard
{
    private const int LongestPhrase = 8;

    /// <summary>Whether the tail repeats itself: a phrase four times in a row, very short ones more often, since "no no no" and "0 0 0 0" are speech.</summary>
    public static bool IsLoop(IReadOnlyList<int> tokens)
    {
        for (var length = 1; length <= LongestPhrase; length++)
        {
            var times = length switch { 1 => 8, 2 => 6, _ => 4 };
            if (tokens.Count >= length * times && Repeats(tokens, length, times))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Repeats(IReadOnlyList<int> tokens, int length, int times)
    {
        for (var back = 1; back <= length * (times - 1); back++)
        {
            if (tokens[^back] != tokens[^(back + length)])
            {
                return false;
            }
        }

        return true;
    }
}
