namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// When decoded words are taken for a hallucination on noise and dropped.
/// Set with the "wer" and "nonspeech" evals: of 536 recorded prompts, half of them single words at 8 kHz, the larger model gave none below 0.51 and the smaller one
/// right and seven wrong below 0.5; of 65 clips of noise, music, animals and human sounds two gave words (the larger model: "Two." on a sneeze at 0.47,
/// "Yeah." on laughter at 0.58). Real stock phrases came at 0.67 and above.
/// </summary>
public sealed record RejectionOptions
{
    /// <summary>Mean token probability below which any text is dropped. Default 0.5, 0 to 1.</summary>
    public float MinConfidence { get; init; } = 0.5f;

    /// <summary>Mean token probability below which a stock phrase ("Thank you.", "you") is dropped, and words that the model would rather not have given (<see cref="MinSilence"/>). Default 0.65, 0 to 1.</summary>
    public float MinStockConfidence { get; init; } = 0.65f;

    /// <summary>Probability of "nothing was said" below which the model is asked for its words all the same, where there is a second and a half of audio. Default 0.9, 0 (never ask) to 1.</summary>
    public float MinSilence { get; init; } = 0.9f;

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (MinConfidence is not (>= 0 and <= 1))
        {
            yield return $"Rejection: MinConfidence is {MinConfidence}, not 0 to 1.";
        }

        if (MinStockConfidence is not (>= 0 and <= 1))
        {
            yield return $"Rejection: MinStockConfidence is {MinStockConfidence}, not 0 to 1.";
        }

        if (MinSilence is not (>= 0 and <= 1))
        {
            yield return $"Rejection: MinSilence is {MinSilence}, not 0 to 1.";
        }
    }
}
