namespace Conversation.Core;

/// <summary>What a session asks of its host, or tells its client. Performed in the order taken.</summary>
public abstract record SessionOutput
{
    private SessionOutput()
    {
    }

    /// <summary>Recognise input [Start, End) and feed back <see cref="SessionInput.Recognized"/>. <paramref name="Final"/>: on these words the turn will be answered, so use the better model.</summary>
    public sealed record Recognize(int Request, SampleCount Start, SampleCount End, bool Final) : SessionOutput;

    /// <summary>The result of <paramref name="Request"/> is no longer wanted.</summary>
    public sealed record CancelRecognition(int Request) : SessionOutput;

    /// <summary>Input audio before <paramref name="Position"/> will not be asked for again.</summary>
    public sealed record ReleaseAudio(SampleCount Position) : SessionOutput;

    /// <summary>The caller began to speak at <paramref name="Position"/>.</summary>
    public sealed record SpeechStarted(SampleCount Position) : SessionOutput;

    /// <summary>The caller stopped speaking at <paramref name="Position"/>.</summary>
    public sealed record SpeechStopped(SampleCount Position) : SessionOutput;

    /// <summary>More of what is being heard. Append-only within a turn: the newest unconfirmed word is held back.</summary>
    public sealed record HypothesisDelta(int Turn, string Text) : SessionOutput;

    /// <summary>What was heard, authoritative, for the whole turn.</summary>
    public sealed record HypothesisFinal(int Turn, string Text) : SessionOutput;

    /// <summary>Prepare reply <paramref name="Generation"/>: run the dialog on <paramref name="UserText"/> and synthesise, but do nothing that can be noticed until <see cref="CommitReply"/>.</summary>
    public sealed record PrepareReply(int Generation, int Turn, ReplyKind Kind, string UserText) : SessionOutput
    {
        /// <summary>The client asked for it (<see cref="SessionInput.ReplyWanted"/>).</summary>
        public bool Wanted { get; init; }
    }

    /// <summary>Reply <paramref name="Generation"/> is wanted: its side effects may happen and its audio is to be played from the first sample.</summary>
    public sealed record CommitReply(int Generation, int Turn) : SessionOutput;

    /// <summary>Stop reply <paramref name="Generation"/> at once: dialog, synthesis, queued audio, and the far buffer. Nothing of it is sent after this.</summary>
    public sealed record CancelReply(int Generation, CancelReason Reason) : SessionOutput;

    /// <summary>Hold the playout of <paramref name="Generation"/> where it is, at the listener too.</summary>
    public sealed record PausePlayout(int Generation) : SessionOutput;

    /// <summary>Go on with the playout of <paramref name="Generation"/> from exactly where it was held.</summary>
    public sealed record ResumePlayout(int Generation) : SessionOutput;

    /// <summary>The connection is back: send <paramref name="Generation"/> again from <paramref name="From"/>, what the listener had heard.</summary>
    public sealed record ReplayFrom(int Generation, SampleCount From) : SessionOutput;

    /// <summary>Speech over a reply was judged.</summary>
    public sealed record InterruptionJudged(int Generation, InterruptionOutcome Outcome) : SessionOutput;

    /// <summary>First audio of the turn's reply goes out. Times are lengths on the monotonic clock or the media clock since the caller's true end of speech.</summary>
    public sealed record TurnMeasured(int Turn, int Generation, Speculation Speculation, TimeSpan SpeechEndToCommit, TimeSpan CommitToAudio, TimeSpan SpeechEndToAudio) : SessionOutput;

    /// <summary>A turn is over: what the caller said, what of the reply was heard (the truth the dialog remembers), and whether it was cut.</summary>
    public sealed record TurnCompleted(int Turn, string UserText, string ReplyHeard, bool Interrupted) : SessionOutput;

    /// <summary>Something went wrong that the client should know; the session goes on.</summary>
    public sealed record Fault(string Code, string Message) : SessionOutput;

    /// <summary>The session is over.</summary>
    public sealed record Closed(string Reason) : SessionOutput;
}
