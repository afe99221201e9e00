using Conversation.Core;
using Conversation.Core.Trace;
using Conversation.Sessions.Store;

namespace Conversation.Sessions.Moving;

/// <summary>A live session on its way from one host to another: all that is needed to go on as if nothing had happened. Holds what was said, so it is personal data; never stored.</summary>
internal sealed record SessionMove
{
    /// <summary>Who it is, its turns and settings.</summary>
    public required SessionRecord Record { get; init; }

    /// <summary>How it was opened: rates and lead.</summary>
    public required OpenSession Request { get; init; }

    /// <summary>The conversation itself.</summary>
    public required CoreSnapshot Core { get; init; }

    /// <summary>The session's monotonic clock when it was frozen.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>When it was frozen, milliseconds since 1970 UTC: the way is part of the session's time.</summary>
    public required long FrozenUnixMs { get; init; }

    /// <summary>What was heard and is still needed.</summary>
    public required InputMove Input { get; init; }

    /// <summary>The reply being said, and where; null for none.</summary>
    public ReplyMove? Reply { get; init; }

    /// <summary>Where playout was; there exactly where <see cref="Reply"/> is.</summary>
    public PlayoutMove? Playout { get; init; }

    /// <summary>The caller's voice so far; null where it is not known.</summary>
    public float[]? Voice { get; init; }

    /// <summary>Speech in it.</summary>
    public double VoiceSeconds { get; init; }

    /// <summary>The keys it was told to take, for a client that comes back; null for none.</summary>
    public MovedKeys? Keys { get; init; }

    /// <summary>Replies that the client asked for and that have not begun, in order.</summary>
    public IReadOnlyList<ReplyRequest> Asked { get; init; } = [];

    /// <summary>The message of audio before which the client ended a turn last; -1 for none.</summary>
    public long TurnEnd { get; init; } = -1;

    /// <summary>True where the client was gone and may still come back.</summary>
    public bool ClientLost { get; init; }

    /// <summary>What it is to be told then, oldest first.</summary>
    public IReadOnlyList<SessionEvent> Backlog { get; init; } = [];

    /// <summary>How many of the last turns are still to be written, and told then.</summary>
    public int UntoldTurns { get; init; }
}

/// <summary>The input side of a session.</summary>
internal sealed record InputMove
{
    /// <summary>Position of the first sample of <see cref="Pcm"/> (16 kHz).</summary>
    public required long Start { get; init; }

    /// <summary>The end of the last window that the core has taken; what follows is to be scored.</summary>
    public required long Scored { get; init; }

    /// <summary>PCM16 at 16 kHz.</summary>
    public required byte[] Pcm { get; init; }

    /// <summary>The highest message taken.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Samples in that message, at the client's rate.</summary>
    public required int LastLength { get; init; }

    /// <summary>PCM16 at the client's rate, the last that came: what a resampler needs to go on to the bit. Empty where nothing is resampled.</summary>
    public byte[] Resampled { get; init; } = [];
}

/// <summary>A committed reply, wholly made.</summary>
internal sealed record ReplyMove
{
    public required int Generation { get; init; }

    public required int Turn { get; init; }

    public required ReplyKind Kind { get; init; }

    public required string UserText { get; init; }

    /// <summary>The dialog's state after it.</summary>
    public string? State { get; init; }

    public bool StateIsBinding { get; init; }

    /// <summary>What there is of its text where it was cut short; null where it is whole.</summary>
    public string? Cut { get; init; }

    /// <summary>What it asks for outside the conversation.</summary>
    public IReadOnlyList<MovedAction> Effects { get; init; } = [];

    /// <summary>Position of the first sample of <see cref="Pcm"/>, at the output rate.</summary>
    public required long Start { get; init; }

    /// <summary>PCM16 from there to the reply's end.</summary>
    public required byte[] Pcm { get; init; }
}

/// <summary>A transfer or a hang-up.</summary>
internal sealed record MovedAction(string Name, string Target)
{
    /// <summary>What the dialog has learned; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }
}

/// <summary>Keys that a client was told to take.</summary>
internal sealed record MovedKeys(int Generation, int Most, string Terminators, double Timeout);

/// <summary>How far a reply was sent and heard, in samples at the output rate.</summary>
internal sealed record PlayoutMove
{
    public required long Sent { get; init; }

    public required long Heard { get; init; }

    public required bool Acknowledges { get; init; }

    public required bool Paused { get; init; }

    public required bool Started { get; init; }

    /// <summary>The client knows that all was sent.</summary>
    public bool EndTold { get; init; }

    /// <summary>Where playout was by the clock.</summary>
    public required long Position { get; init; }
}
