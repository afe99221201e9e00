namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>What the decoder made of a piece of audio. <paramref name="MeanLogProbability"/> is over the chosen tokens, the end token included. <paramref name="Doubtful"/>: it would have said that there is nothing, but was not sure.</summary>
internal readonly record struct MoonshineDecoding(int[] Tokens, float MeanLogProbability, MoonshineStop Stop, bool Doubtful = false)
{
    /// <summary>0 to 1: the geometric mean of the tokens' probabilities.</summary>
    public float Confidence => MathF.Exp(MeanLogProbability);
}

/// <summary>Why decoding ended.</summary>
internal enum MoonshineStop
{
    /// <summary>The model said so.</summary>
    EndToken,

    /// <summary>More tokens than speech of that length can hold.</summary>
    TooMany,

    /// <summary>It began to repeat itself.</summary>
    Loop,
}
