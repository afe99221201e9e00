using Conversation.Inference.Lanes;

namespace Conversation.Inference.Onnx.MiniLm;

/// <summary>Text embedding with all-MiniLM-L6-v2.</summary>
public sealed record MiniLmOptions
{
    /// <summary>The model, model.onnx.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Its tokenizer, tokenizer.json (WordPiece).</summary>
    public required string TokenizerPath { get; init; }

    /// <summary>Where it runs. Default one CPU thread.</summary>
    public DeviceOptions Device { get; init; } = new();

    /// <summary>Texts that may wait. Default 256, 1 to 100,000.</summary>
    public int QueueCapacity { get; init; } = 256;

    /// <summary>Tokens of a text that count; the rest is cut off. Default 128, what the model was trained on; 8 to 512.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>Texts whose vectors are kept; the longest unused goes first. Default 1,024, 0 to 1,000,000.</summary>
    public int CacheEntries { get; init; } = 1024;

    // One text a run: the weights are 8 bit with scales taken from the whole batch, so a neighbour would change the vector.
    internal LaneOptions Lane => new() { Name = "embedding", QueueCapacity = QueueCapacity };

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ModelPath) || string.IsNullOrWhiteSpace(TokenizerPath))
        {
            yield return "Embedding: ModelPath or TokenizerPath is empty.";
        }

        foreach (var fault in Device.Faults("Embedding").Concat(Lane.Faults()))
        {
            yield return fault;
        }

        if (MaxTokens is < 8 or > 512)
        {
            yield return $"Embedding: MaxTokens is {MaxTokens}, not 8 to 512.";
        }

        if (CacheEntries is < 0 or > 1_000_000)
        {
            yield return $"Embedding: CacheEntries is {CacheEntries}, not 0 to 1,000,000.";
        }
    }
}
