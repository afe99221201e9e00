namespace Conversation.Inference.Ports;

/// <summary>Turns speech into a vector of unit length whose dot product with another tells how alike the two voices are.</summary>
public interface ISpeakerEmbedder
{
    /// <summary>Numbers in a vector.</summary>
    int Dimensions { get; }

    /// <summary>
    /// The voice of one speaker's 16 kHz mono samples in -1..1, which must stay as they are until the answer; pauses within are left out. Null where less than a second is loud enough to be speech:
    /// the caller says what is speech and what is noise, this does not. <paramref name="session"/> is the key of fairness.
    /// Throws <see cref="OperationCanceledException"/> when cancelled, <see cref="LaneFullException"/> when the lane's bounded queue is full.
    /// </summary>
    Task<float[]?> EmbedAsync(ReadOnlyMemory<float> samples16k, string session, CancellationToken cancellation);
}
