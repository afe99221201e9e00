namespace Conversation.Core;

/// <summary>The kinds of <see cref="SessionInput"/>.</summary>
public enum InputKind
{
    /// <summary>The session begins.</summary>
    Opened,

    /// <summary>A window of audio was scored.</summary>
    SpeechScored,

    /// <summary>A recognition finished.</summary>
    Recognized,

    /// <summary>A recognition has words, and better ones are on their way.</summary>
    RecognizedProvisionally,

    /// <summary>A recognition failed.</summary>
    RecognitionFailed,

    /// <summary>The caller typed instead of speaking.</summary>
    Typed,

    /// <summary>The client says that the caller's turn is over, or is to be forgotten.</summary>
    TurnEnded,

    /// <summary>The client asks for a reply.</summary>
    ReplyWanted,

    /// <summary>The listener wants no more of the reply.</summary>
    Stopped,

    /// <summary>Text of a reply arrived from the dialog.</summary>
    ReplyText,

    /// <summary>A clause of a reply was synthesised; its audio is queued behind the pump.</summary>
    ReplyAudio,

    /// <summary>A reply is complete: no more text or audio will come.</summary>
    ReplyEnded,

    /// <summary>A reply failed.</summary>
    ReplyFailed,

    /// <summary>A reply waits for a function of the client's, or no more.</summary>
    ReplyWaits,

    /// <summary>The dialog said what kind of answer it waits for.</summary>
    Expects,

    /// <summary>The dialog asks that the session end, or the caller be handed over, once the reply has played.</summary>
    CloseAfterReply,

    /// <summary>The listener has heard so much of a reply.</summary>
    Played,

    /// <summary>The client's connection is gone; it may come back.</summary>
    ClientLost,

    /// <summary>The client is back.</summary>
    ClientResumed,

    /// <summary>The session shall close.</summary>
    CloseRequested,

    /// <summary>The deadline named by the session has come.</summary>
    Tick,
}

/// <summary>One fact fed to a session. A struct, so that the facts that come with every frame cost no allocation.</summary>
public readonly record struct SessionInput
{
    /// <summary>Which fact.</summary>
    public InputKind Kind { get; private init; }

    /// <summary>Input position (SpeechScored: the window's end; Recognized: the span's end) or output position (ReplyAudio: total queued; ReplyEnded: total; Played: heard).</summary>
    public SampleCount Position { get; private init; }

    /// <summary>The recognition request, or the reply's generation.</summary>
    public int Id { get; private init; }

    /// <summary>Speech probability 0 to 1, or recognition confidence 0 to 1.</summary>
    public float Score { get; private init; }

    /// <summary>Loudness of the window in dBFS.</summary>
    public float LevelDb { get; private init; }

    /// <summary>Fundamental frequency of the window in hertz; 0 where unvoiced or unknown.</summary>
    public float PitchHz { get; private init; }

    /// <summary>Text, reason, or words, by kind.</summary>
    public object? Body { get; private init; }

    /// <summary><see cref="Body"/> as text, empty where there is none.</summary>
    public string Text => Body as string ?? "";

    /// <summary>The session begins; with <paramref name="restored"/> it was known before, does not greet again, and counts turns on from <paramref name="lastTurn"/>.</summary>
    public static SessionInput Opened(bool restored = false, int lastTurn = 0) => new() { Kind = InputKind.Opened, Id = restored ? 1 : 0, Position = new(lastTurn) };

    /// <summary>A window ending at <paramref name="end"/> was scored.</summary>
    public static SessionInput SpeechScored(SampleCount end, float probability, float levelDb, float pitchHz = 0) =>
        new() { Kind = InputKind.SpeechScored, Position = end, Score = probability, LevelDb = levelDb, PitchHz = pitchHz };

    /// <summary>Recognition <paramref name="request"/> heard <paramref name="text"/> (empty: no speech in it).</summary>
    public static SessionInput Recognized(int request, string text, float confidence = 1) =>
        new() { Kind = InputKind.Recognized, Id = request, Body = text, Score = confidence };

    /// <summary>Recognition <paramref name="request"/> heard <paramref name="text"/> so far and goes on: better words follow, or it fails and these stand.</summary>
    public static SessionInput RecognizedProvisionally(int request, string text, float confidence = 1) =>
        new() { Kind = InputKind.RecognizedProvisionally, Id = request, Body = text, Score = confidence };

    /// <summary>Recognition <paramref name="request"/> failed.</summary>
    public static SessionInput RecognitionFailed(int request, string reason) => new() { Kind = InputKind.RecognitionFailed, Id = request, Body = reason };

    /// <summary>The caller typed.</summary>
    public static SessionInput Typed(string text) => new() { Kind = InputKind.Typed, Body = text };

    /// <summary>The client says that the caller's turn ends with the audio before <paramref name="at"/>; with <paramref name="keep"/> false it is forgotten.</summary>
    public static SessionInput TurnEnded(SampleCount at, bool keep = true) => new() { Kind = InputKind.TurnEnded, Position = at, Id = keep ? 1 : 0 };

    /// <summary>The client asks for a reply to what was said and not answered, and to <paramref name="text"/>, which was typed.</summary>
    public static SessionInput ReplyWanted(string text = "") => new() { Kind = InputKind.ReplyWanted, Body = text };

    /// <summary>Reply <paramref name="generation"/> waits for a function of the client's, or, <paramref name="waits"/> being false, no more.</summary>
    public static SessionInput ReplyWaits(int generation, bool waits) => new() { Kind = InputKind.ReplyWaits, Id = generation, Score = waits ? 1 : 0 };

    /// <summary>The listener wants no more of the reply.</summary>
    public static SessionInput Stopped() => new() { Kind = InputKind.Stopped };

    /// <summary>More text of reply <paramref name="generation"/>.</summary>
    public static SessionInput ReplyText(int generation, string delta) => new() { Kind = InputKind.ReplyText, Id = generation, Body = delta };

    /// <summary>A clause of reply <paramref name="generation"/> is queued: <paramref name="queued"/> samples in all so far, and its words.</summary>
    public static SessionInput ReplyAudio(int generation, SampleCount queued, IReadOnlyList<SpokenWord> words) =>
        new() { Kind = InputKind.ReplyAudio, Id = generation, Position = queued, Body = words };

    /// <summary>Reply <paramref name="generation"/> is complete at <paramref name="total"/> samples.</summary>
    public static SessionInput ReplyEnded(int generation, SampleCount total) => new() { Kind = InputKind.ReplyEnded, Id = generation, Position = total };

    /// <summary>Reply <paramref name="generation"/> failed.</summary>
    public static SessionInput ReplyFailed(int generation, string reason) => new() { Kind = InputKind.ReplyFailed, Id = generation, Body = reason };

    /// <summary>After reply <paramref name="generation"/> such an answer is expected.</summary>
    public static SessionInput Expects(int generation, ExpectedAnswer answer) => new() { Kind = InputKind.Expects, Id = generation, Score = (int)answer };

    /// <summary>Once reply <paramref name="generation"/> has played the session closes for <paramref name="reason"/>.</summary>
    public static SessionInput CloseAfterReply(int generation, string reason) => new() { Kind = InputKind.CloseAfterReply, Id = generation, Body = reason };

    /// <summary>The listener has heard <paramref name="heard"/> samples of reply <paramref name="generation"/>.</summary>
    public static SessionInput Played(int generation, SampleCount heard) => new() { Kind = InputKind.Played, Id = generation, Position = heard };

    /// <summary>The client's connection is gone.</summary>
    public static SessionInput ClientLost() => new() { Kind = InputKind.ClientLost };

    /// <summary>The client is back and has heard so much of the reply it names.</summary>
    public static SessionInput ClientResumed(int generation, SampleCount heard) => new() { Kind = InputKind.ClientResumed, Id = generation, Position = heard };

    /// <summary>The session shall close.</summary>
    public static SessionInput CloseRequested(string reason) => new() { Kind = InputKind.CloseRequested, Body = reason };

    /// <summary>The deadline has come.</summary>
    public static SessionInput Tick() => new() { Kind = InputKind.Tick };
}
