namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>When decoded words are taken for a hallucination on noise and dropped. Thresholds were set with the "nonspeech" and "wer" evals.</summary>
public sealed record RejectionOptions
{
    /// <summary>Mean token probability below which any text is dropped. Default 0.5, 0 to 1.</summary>
    public float MinConfidence { get; init; } = 0.5f;

    /// <summary>Mean token probability below which a stock phrase ("Thank you.", "you") is dropped. Default 0.8, 0 to 1.</summary>
    public float MinStockConfidence { get; init; } = 0.8f;

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
    }
}
