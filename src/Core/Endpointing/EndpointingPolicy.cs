namespace Conversation.Core.Endpointing;

/// <summary>From words and voice to the pause that ends a turn: a line through the three pauses of <see cref="EndpointingOptions"/>, steep before the shortest: cutting a caller off costs more than letting one wait.</summary>
internal static class EndpointingPolicy
{
    private const float SurelyUnfinished = 0.2f;
    private const float UncertainFrom = 0.7f;
    private const float UncertainTo = 0.86f;
    private const float SurelyComplete = 0.9f;
    private const float DictationBelow = 0.3f;
    private const float HangsBelow = 0.21f;

    public static EndOfTurn Estimate(float words, float voice, ExpectedAnswer expected, EndpointingOptions options)
    {
        // The voice shades what the words leave open; it cannot finish "I would like to".
        var score = words < HangsBelow ? words : Shade(words, voice);
        return new(words, voice, Pause(score, expected, options));
    }

    /// <summary>Adds log-odds to a probability.</summary>
    private static float Shade(float probability, float odds)
    {
        var p = Math.Clamp(probability, 0.01f, 0.99f);
        return 1 / (1 + ((1 - p) / p * MathF.Exp(-odds)));
    }

    private static TimeSpan Pause(float score, ExpectedAnswer expected, EndpointingOptions options)
    {
        if (expected == ExpectedAnswer.Digits && score < DictationBelow)
        {
            return options.Dictation;
        }

        return score <= UncertainTo
            ? Between(score, SurelyUnfinished, options.Unfinished, UncertainFrom, options.Uncertain)
            : Between(score, UncertainTo, options.Uncertain, SurelyComplete, options.Complete);
    }

    private static TimeSpan Between(float score, float low, TimeSpan atLow, float high, TimeSpan atHigh)
    {
        var share = Math.Clamp((score - low) / (high - low), 0, 1);
        return TimeSpan.FromMilliseconds(Math.Round((atLow + ((atHigh - atLow) * share)).TotalMilliseconds));
    }
}
