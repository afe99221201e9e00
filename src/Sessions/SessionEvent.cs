using System.Text.Json.Serialization;

namespace Conversation.Sessions;

/// <summary>What a session tells its client beside audio. On the wire each is a JSON object with its <c>type</c>; <c>at</c> is milliseconds since the session opened, on the monotonic clock.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SpeechStarted), "speech.started")]
[JsonDerivedType(typeof(SpeechStopped), "speech.stopped")]
[JsonDerivedType(typeof(HypothesisDelta), "hypothesis.delta")]
[JsonDerivedType(typeof(HypothesisFinal), "hypothesis.final")]
[JsonDerivedType(typeof(SpeakerHeard), "speaker.heard")]
[JsonDerivedType(typeof(ReplyStarted), "reply.started")]
[JsonDerivedType(typeof(ReplyText), "reply.text")]
[JsonDerivedType(typeof(ReplyEnded), "reply.ended")]
[JsonDerivedType(typeof(PlayoutPaused), "playout.paused")]
[JsonDerivedType(typeof(PlayoutResumed), "playout.resumed")]
[JsonDerivedType(typeof(PlayoutCancelled), "playout.cancelled")]
[JsonDerivedType(typeof(InterruptionJudged), "interruption")]
[JsonDerivedType(typeof(TurnLatency), "turn.latency")]
[JsonDerivedType(typeof(TurnCompleted), "turn.completed")]
[JsonDerivedType(typeof(ActionRequested), "action")]
[JsonDerivedType(typeof(KeysWanted), "keys.wanted")]
[JsonDerivedType(typeof(NoticeMade), "notice.made")]
[JsonDerivedType(typeof(ToolCalled), "tool.called")]
[JsonDerivedType(typeof(AsideDone), "aside.done")]
[JsonDerivedType(typeof(SettingsChanged), "settings")]
[JsonDerivedType(typeof(GatewaysChanged), "gateways")]
[JsonDerivedType(typeof(Error), "error")]
[JsonDerivedType(typeof(Closed), "closed")]
public abstract record SessionEvent
{
    private SessionEvent()
    {
    }

    /// <summary>Milliseconds since the session opened.</summary>
    public double At { get; init; }

    /// <summary>The caller began to speak, at this input sample (16 kHz).</summary>
    public sealed record SpeechStarted(long Position) : SessionEvent;

    /// <summary>The caller stopped, at this input sample (16 kHz).</summary>
    public sealed record SpeechStopped(long Position) : SessionEvent;

    /// <summary>More of what is being heard; append to what came before in this turn.</summary>
    public sealed record HypothesisDelta(int Turn, string Text) : SessionEvent;

    /// <summary>The whole of what was heard in this turn, replacing the deltas.</summary>
    public sealed record HypothesisFinal(int Turn, string Text) : SessionEvent;

    /// <summary>Whose voice said it: likeness to the caller's so far (-1 to 1; 1 for the first), and whether it counts as the same. Only where the host tells voices apart.</summary>
    public sealed record SpeakerHeard(int Turn, double Likeness, bool Same) : SessionEvent;

    /// <summary>A reply begins to be sent. Kind: greeting, answer, idlePrompt, apology. Its audio frames carry this generation.</summary>
    public sealed record ReplyStarted(int Turn, int Generation, string Kind) : SessionEvent
    {
        /// <summary>The client asked for it (<see cref="ISession.Answer"/>).</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool Asked { get; init; }
    }

    /// <summary>A clause of the reply and its words, in output samples from the reply's first.</summary>
    public sealed record ReplyText(int Generation, string Text, IReadOnlyList<WordTiming> Words) : SessionEvent;

    /// <summary>All audio of the reply has been sent: so many samples in all.</summary>
    public sealed record ReplyEnded(int Generation, long Samples) : SessionEvent;

    /// <summary>Hold playout at the present sample; keep what is buffered.</summary>
    public sealed record PlayoutPaused(int Generation) : SessionEvent;

    /// <summary>Go on from where it was held.</summary>
    public sealed record PlayoutResumed(int Generation) : SessionEvent;

    /// <summary>Drop everything of this generation, buffered or yet to come. Reason: interrupted, revised, failed, closing.</summary>
    public sealed record PlayoutCancelled(int Generation, string Reason) : SessionEvent;

    /// <summary>How speech over the reply was judged: interrupted, backchannel, false.</summary>
    public sealed record InterruptionJudged(int Generation, string Outcome) : SessionEvent;

    /// <summary>Where the time went between the caller's true end of speech and the first audio of the reply.</summary>
    public sealed record TurnLatency(int Turn, int Generation, string Speculation, double SpeechEndToCommitMs, double CommitToAudioMs, double SpeechEndToAudioMs, IReadOnlyList<LatencySpan> Spans) : SessionEvent;

    /// <summary>A turn is over: what was said, and what of the reply was heard.</summary>
    public sealed record TurnCompleted(int Turn, string User, string Reply, bool Interrupted) : SessionEvent;

    /// <summary>The dialog asks for something outside the conversation: transfer or hangup.</summary>
    public sealed record ActionRequested(string Name, string Target) : SessionEvent
    {
        /// <summary>What the dialog has learned, by slot; null for nothing.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyDictionary<string, string>? Values { get; init; }
    }

    /// <summary>Keys that the dialog takes as the answer to this reply, for a client with a keypad: complete at <paramref name="Most"/> (0: no such number), at one of <paramref name="Terminators"/> (which is left out), or when none follows for <paramref name="Timeout"/> seconds. Sent on with <see cref="ISession.Type"/>. With 0, "" and 0 no keys are waited for any more: another responder answers now.</summary>
    public sealed record KeysWanted(int Generation, int Most, string Terminators, double Timeout) : SessionEvent
    {
        /// <summary>Takes back what was wanted.</summary>
        [JsonIgnore]
        public bool IsNone => Most <= 0 && Terminators.Length == 0 && !(Timeout > 0);

        /// <summary>No keys any more, told last with reply <paramref name="generation"/>.</summary>
        public static KeysWanted None(int generation) => new(generation, 0, "", 0);
    }

    /// <summary>The notice that this reply begins with (<see cref="OpenSession.Notice"/>) ends at this sample of it: heard so far, it was heard whole.</summary>
    public sealed record NoticeMade(int Generation, long Samples) : SessionEvent;

    /// <summary>The dialog waits for the client's function, called with a JSON object as text; the answer goes to <see cref="ISession.GiveResult"/>.</summary>
    public sealed record ToolCalled(int Generation, string Call, string Name, string Arguments) : SessionEvent;

    /// <summary>What came of <see cref="ISession.Aside"/>; <paramref name="Fault"/> says why it failed and is empty where it did not.</summary>
    public sealed record AsideDone(string Id, string Text, string Fault) : SessionEvent;

    /// <summary>The settings now in force.</summary>
    public sealed record SettingsChanged(SessionSettings Settings) : SessionEvent;

    /// <summary>Where else the session can be resumed from now on, as <see cref="OpenedSession.Gateways"/>. Told by the gateway, so its time is 0.</summary>
    public sealed record GatewaysChanged(IReadOnlyList<string> Gateways) : SessionEvent;

    /// <summary>Something went wrong; the session goes on unless <see cref="Closed"/> follows.</summary>
    public sealed record Error(string Code, string Message, string? Setting = null) : SessionEvent;

    /// <summary>The session is over.</summary>
    public sealed record Closed(string Reason) : SessionEvent;
}

/// <summary>A word and where it sounds, in output samples from the reply's first.</summary>
public readonly record struct WordTiming(string Text, long Start, long End);

/// <summary>One stretch of a turn's latency, from the caller's true end of speech: endpointing, recognition, dialog, synthesis, sending.</summary>
public readonly record struct LatencySpan(string Name, double StartMs, double DurationMs);
