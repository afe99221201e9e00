namespace Conversation.Core.VoiceActivity;

/// <summary>Whether the caller speaks.</summary>
internal enum VoiceActivityState
{
    /// <summary>Silence.</summary>
    Quiet,

    /// <summary>A window or two of speech: not yet believed.</summary>
    Starting,

    /// <summary>Speech.</summary>
    Speaking,

    /// <summary>A pause; whether it is the end is for endpointing to say.</summary>
    Stopping,
}

/// <summary>What a window changed.</summary>
internal enum VoiceActivityChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Speech is believed to have begun, back-dated to <see cref="VoiceActivityTracker.Start"/>.</summary>
    Began,

    /// <summary>What seemed to start was nothing.</summary>
    Dropped,

    /// <summary>A pause began at <see cref="VoiceActivityTracker.End"/>.</summary>
    Paused,

    /// <summary>Speech goes on after a pause, since <see cref="VoiceActivityTracker.Resumed"/>.</summary>
    Resumed,
}
