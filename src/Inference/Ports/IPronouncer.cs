namespace Conversation.Inference.Ports;

/// <summary>Says how a word that no dictionary has may be pronounced.</summary>
public interface IPronouncer
{
    /// <summary>The phonemes of one lower-case English word in the Kokoro (misaki) alphabet with stress marks; null where the word cannot be read (no letters, too long) or the result is not believable. Blocks for one short model run.</summary>
    string? Pronounce(string word);
}
