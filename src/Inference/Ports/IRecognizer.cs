namespace Conversation.Inference.Ports;

/// <summary>How much recognition may cost.</summary>
public enum RecognitionTier
{
    /// <summary>While the caller still speaks: the small model.</summary>
    Quick,

    /// <summary>The words the turn is answered on: the better model.</summary>
    Accurate,
}

/// <summary>One recognition. <paramref name="Session"/> is the key of fairness between sessions: one session's requests never hold up another's.</summary>
public sealed record RecognitionRequest(string Session, RecognitionTier Tier)
{
    /// <summary>Told first words while better ones are awaited: at most once, from any thread, before the answer. Null where nobody wants them.</summary>
    public Action<Recognition>? Provisional { get; init; }
}

/// <summary>What was heard: cased and punctuated text, empty where there was no speech; confidence 0 to 1; how long it waited and computed.</summary>
public sealed record Recognition(string Text, float Confidence, TimeSpan Queued, TimeSpan Computed, string Model);

/// <summary>Turns speech into text.</summary>
public interface IRecognizer
{
    /// <summary>Recognises 16 kHz mono samples in -1..1. Throws <see cref="OperationCanceledException"/> when cancelled, <see cref="LaneFullException"/> when the lane's bounded queue is full.</summary>
    Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation);
}

/// <summary>A lane's bounded queue is full: the work was not taken.</summary>
public sealed class LaneFullException(string lane, int capacity)
    : Exception($"Lane '{lane}' is full ({capacity} requests wait). Raise the lane's QueueCapacity, add a device, or admit fewer sessions.");
