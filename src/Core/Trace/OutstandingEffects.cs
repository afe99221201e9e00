namespace Conversation.Core.Trace;

/// <summary>
/// What a session had asked of the host it came from and what is not done yet: the new host does it again, or carries it over. Recognition and preparation are
/// idempotent; a committed reply is not, so its text, audio and words are carried over and its later inputs come from the new host.
/// </summary>
public sealed record OutstandingEffects
{
    /// <summary>The recognitions that were asked for and neither answered nor cancelled. Empty or one today.</summary>
    public IReadOnlyList<SessionOutput.Recognize> Recognitions { get; init; } = [];

    /// <summary>The reply that is prepared on a guess and not committed; null where there is none. The session knows nothing of it but this: prepare it anew, from its first text on.</summary>
    public SessionOutput.PrepareReply? Prepared { get; init; }

    /// <summary>The reply that is committed and neither heard to its end nor cancelled; null where there is none.</summary>
    public CommittedReply? Committed { get; init; }

    /// <summary>Input audio from here on may still be asked for.</summary>
    public SampleCount AudioFrom { get; init; }

    /// <summary>The end of the last window of input audio that the session has: the next one ends after it.</summary>
    public SampleCount AudioUntil { get; init; }

    /// <summary>When <see cref="SessionInput.Tick"/> is due, on the session's own time, which goes on from <see cref="CoreSnapshot.Now"/>.</summary>
    public TimeSpan? NextDeadline { get; init; }
}

/// <summary>A reply that plays, or is about to.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="Turn">The turn it answers.</param>
/// <param name="Kind">Why the platform speaks.</param>
/// <param name="UserText">What it answers.</param>
/// <param name="Paused">Its playout is held.</param>
/// <param name="Ended">All of its text and audio came: nothing more of it is to be made.</param>
/// <param name="Queued">The audio that the session knows of, in output samples.</param>
/// <param name="Heard">What the listener is known to have heard, in output samples.</param>
public sealed record CommittedReply(int Generation, int Turn, ReplyKind Kind, string UserText, bool Paused, bool Ended, SampleCount Queued, SampleCount Heard);
