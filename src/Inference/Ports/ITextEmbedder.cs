namespace Conversation.Inference.Ports;

/// <summary>Turns text into a vector of unit length whose dot product with another is the likeness of meaning.</summary>
public interface ITextEmbedder
{
    /// <summary>Numbers in a vector.</summary>
    int Dimensions { get; }

    /// <summary>Embeds one text.</summary>
    Task<float[]> EmbedAsync(string text, CancellationToken cancellation);
}
