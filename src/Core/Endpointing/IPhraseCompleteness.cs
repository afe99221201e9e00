namespace Conversation.Core.Endpointing;

/// <summary>Judges by its words whether a phrase is complete. Must be pure, so that a recorded call replays.</summary>
public interface IPhraseCompleteness
{
    /// <summary>0: surely unfinished, 1: surely complete. <paramref name="words"/> is cased and punctuated as the recogniser wrote it; recognisers end even a cut phrase with a full stop.</summary>
    float Score(string words, ExpectedAnswer expected);
}
