namespace Conversation.Inference.Ports;

/// <summary>Scores speech. Every window is 512 samples at 16 kHz (32 ms).</summary>
public interface IVoiceActivity
{
    /// <summary>Samples in a window.</summary>
    const int WindowSamples = 512;

    /// <summary>Opens a stream: the model's memory of one caller. Scores are posted to <paramref name="sink"/> from the lane's thread, in order.</summary>
    IVoiceActivityStream Open(ISpeechScoreSink sink);
}

/// <summary>One caller's stream of windows.</summary>
public interface IVoiceActivityStream : IDisposable
{
    /// <summary>Copies one window and queues it. False where the lane's queue is full: the window is lost and the caller of this must say so. Allocates nothing.</summary>
    bool TrySubmit(ReadOnlySpan<float> window, long endPosition);
}

/// <summary>Where scores go. Called on the lane's thread: must only post.</summary>
public interface ISpeechScoreSink
{
    /// <summary>The window that ended at <paramref name="endPosition"/> holds speech with this probability.</summary>
    void OnScore(long endPosition, float probability);
}
