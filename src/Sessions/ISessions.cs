namespace Conversation.Sessions;

/// <summary>The seam between whoever carries audio (a hub, a phone line) and whoever hosts sessions (this process, a grain).</summary>
public interface ISessions
{
    /// <summary>What a client may choose from: voices by tier, responders, limits.</summary>
    SessionCatalog Catalog { get; }

    /// <summary>Opens a session, or resumes one within its grace time. Faults a client can mend come back as <see cref="SessionFault"/>.</summary>
    Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation);
}

/// <summary>The client's side of a session. Called from the session's pump and from the pacing thread; must neither block nor throw.</summary>
public interface ISessionClient
{
    /// <summary>Sends one frame of a reply. False where the client's bounded queue is full: the frame stays here and is offered again.</summary>
    bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm);

    /// <summary>Tells the client something. Ordered with audio.</summary>
    void Send(SessionEvent message);
}

/// <summary>A live session as its carrier drives it. All calls return at once.</summary>
public interface ISession
{
    /// <summary>The session's id.</summary>
    string Id { get; }

    /// <summary>Takes audio at the rate the session was opened with; any length up to a second. <paramref name="sequence"/> counts messages from 0: a gap is filled with silence, what comes twice is dropped.</summary>
    SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm);

    /// <summary>The listener has heard <paramref name="samples"/> of reply <paramref name="generation"/>.</summary>
    void Played(int generation, long samples);

    /// <summary>The caller typed.</summary>
    SessionFault? Type(string text);

    /// <summary>The listener wants no more of the present reply: it ends where it was heard, as if spoken over.</summary>
    SessionFault? Stop() => NotOffered(nameof(Stop));

    /// <summary>What the client's tool gave for <see cref="SessionEvent.ToolCalled"/>.</summary>
    SessionFault? GiveResult(string call, string result) => NotOffered(nameof(GiveResult));

    /// <summary>The caller's turn ends with the audio pushed so far and is answered when <see cref="Answer"/> asks for it; with <paramref name="keep"/> false what was said in it is forgotten.</summary>
    SessionFault? EndTurn(bool keep = true) => NotOffered(nameof(EndTurn));

    /// <summary>Asks for a reply to what was said and not answered yet. Each request is given a reply of its own: while another is under way, after it, in the order asked. Up to 8 wait; "busy" beyond, or as an <see cref="SessionEvent.Error"/> where the session is on another machine.</summary>
    SessionFault? Answer(ReplyRequest request) => NotOffered(nameof(Answer));

    /// <summary>Asks for something beside the conversation; <see cref="SessionEvent.AsideDone"/> tells what came of it.</summary>
    SessionFault? Aside(AsideRequest request) => NotOffered(nameof(Aside));

    private static SessionFault NotOffered(string what) => new("not_offered", $"This host's sessions do not know {what}.");

    /// <summary>Changes voice, tier, pace, responder or endpointing from the next reply on.</summary>
    SessionFault? Configure(SessionSettings settings);

    /// <summary>This client's connection is gone: the session waits for it to come back.</summary>
    void Detach(ISessionClient client);

    /// <summary>Ends the session.</summary>
    void Close(string reason);
}

/// <summary>What to open.</summary>
public sealed record OpenSession
{
    /// <summary>Rate of the audio the client will send, in hertz: 8000, 11025, 16000, 22050, 24000, 32000, 44100 or 48000.</summary>
    public int InputRate { get; init; } = 16_000;

    /// <summary>Rate of the audio the client wants, in hertz: 8000, 16000, 24000 or 48000.</summary>
    public int OutputRate { get; init; } = 24_000;

    /// <summary>How much audio may be on its way to the listener ahead of what has been played. Null: 200 ms, right for a client that can pause and flush.</summary>
    public TimeSpan? Lead { get; init; }

    /// <summary>How it is spoken, answered and listened to.</summary>
    public SessionSettings Settings { get; init; } = new();

    /// <summary>The session to resume instead of opening a new one.</summary>
    public ResumeSession? Resume { get; init; }

    /// <summary>Tenant the session belongs to; empty for the host's own.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The tenant's key, where one is asked for.</summary>
    public string TenantKey { get; init; } = "";

    /// <summary>Who calls, where a carrier tells.</summary>
    public CallerInfo? Caller { get; init; }

    /// <summary>What the caller is to be told before anything else ("This call is recorded."), told by <see cref="SessionEvent.NoticeMade"/>; empty for nothing. The platform then speaks first, and greets after it unless <see cref="SessionSettings.Greet"/> is false.</summary>
    public string Notice { get; init; } = "";
}

/// <summary>Who calls, as the carrier knows it. What it does not know is empty.</summary>
public sealed record CallerInfo
{
    /// <summary>The number of whoever is talked to, as the carrier writes it ("+15551234567", "anonymous"): where <see cref="Outbound"/>, the number that the platform called.</summary>
    public string Number { get; init; } = "";

    /// <summary>The caller's name, as displayed.</summary>
    public string Name { get; init; } = "";

    /// <summary>The platform's own number: the one that was called; where <see cref="Outbound"/>, the one shown to whom it called.</summary>
    public string Called { get; init; } = "";

    /// <summary>Whether the platform called, not the other.</summary>
    public bool Outbound { get; init; }

    /// <summary>Who answered where the platform called: "human", "machine", "unknown"; empty where nobody listened for it.</summary>
    public string AnsweredBy { get; init; } = "";

    /// <summary>What else the carrier or the customer's own plan passes on, by name.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>Which session, by what right, and what had been heard of the reply that was playing.</summary>
public sealed record ResumeSession(string Session, string Token, int Generation = 0, long Played = 0);

/// <summary>A client's choices; null keeps the present or the default.</summary>
public sealed record SessionSettings
{
    /// <summary>"fast" or "expressive".</summary>
    public string? Tier { get; init; }

    /// <summary>A voice id of the tier.</summary>
    public string? Voice { get; init; }

    /// <summary>Pace, 0.5 to 2; 1 is the voice's own.</summary>
    public float? Speed { get; init; }

    /// <summary>A responder's name.</summary>
    public string? Responder { get; init; }

    /// <summary>Endpointing: "quick", "balanced" or "patient".</summary>
    public string? Endpointing { get; init; }

    /// <summary>Who decides about turns. "automatic" (the default): they end by themselves and are answered. "listening": they end by themselves, and <see cref="ISession.Answer"/> asks for replies. "manual": they end by <see cref="ISession.EndTurn"/> too.</summary>
    public string? TurnTaking { get; init; }

    /// <summary>Whether speech over a reply may end it. Default true; never in "manual". Changed, it counts from the next speech on, over a reply under way too.</summary>
    public bool? Interruptible { get; init; }

    /// <summary>Silence after which the caller is asked whether they are there, in milliseconds: 1,000 to 600,000; 0 for never. Default the host's.</summary>
    public int? IdleAfterMs { get; init; }

    /// <summary>The caller's time zone (IANA), for "tomorrow at nine".</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether the platform speaks first.</summary>
    public bool? Greet { get; init; }

    /// <summary>For responders that are chat models: what is to be heeded besides what the host told them. Empty for nothing.</summary>
    public string? Instructions { get; init; }

    /// <summary>For responders that are chat models: functions of the client's that may be called.</summary>
    public IReadOnlyList<ClientTool>? Tools { get; init; }

    /// <summary>For responders that are chat models: "auto" (the default), "none", "required", or "function:NAME" of the one function to be called first.</summary>
    public string? ToolChoice { get; init; }

    /// <summary>For responders that are chat models: what the conversation was, where it was not what was said.</summary>
    public SessionContext? Context { get; init; }
}

/// <summary>A function that the client offers. <paramref name="Parameters"/> is a JSON schema, as text.</summary>
public sealed record ClientTool(string Name, string Description, string Parameters);

/// <summary>An expected failure, told in words a client's author can act on. <paramref name="Setting"/> names what to change.</summary>
public sealed record SessionFault(string Code, string Message, string? Setting = null);

/// <summary>The outcome of opening: a session or a fault.</summary>
public sealed record OpenResult(ISession? Session, OpenedSession? Opened, SessionFault? Fault);

/// <summary>What the client is told on opening.</summary>
public sealed record OpenedSession
{
    /// <summary>Protocol version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The session's id.</summary>
    public required string Session { get; init; }

    /// <summary>Secret that lets this client resume.</summary>
    public required string Token { get; init; }

    /// <summary>Rate of the audio sent to the client, in hertz.</summary>
    public required int OutputRate { get; init; }

    /// <summary>Samples in each frame sent (the last of a reply may be shorter).</summary>
    public required int FrameSamples { get; init; }

    /// <summary>True where the session was live and goes on.</summary>
    public bool Resumed { get; init; }

    /// <summary>True where the session was lost with its process and was reopened from the store: known up to the last completed turn.</summary>
    public bool Restored { get; init; }

    /// <summary>The highest input sequence number taken so far; -1 for none. A resuming client goes on from the next.</summary>
    public long LastSequence { get; init; } = -1;

    /// <summary>Completed turns so far, oldest first.</summary>
    public IReadOnlyList<TurnLine> History { get; init; } = [];

    /// <summary>The settings in force.</summary>
    public required SessionSettings Settings { get; init; }

    /// <summary>Seconds a lost connection may take to come back.</summary>
    public int ResumeWithinSeconds { get; init; } = 30;

    /// <summary>Other gateways through which the session can be resumed should this one go, as browsers reach them ("https://talk-2.example"); empty where one address stands for all.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = [];
}

/// <summary>A completed turn.</summary>
public sealed record TurnLine(int Turn, string User, string Reply, bool Interrupted);

/// <summary>What a client may choose from.</summary>
public sealed record SessionCatalog
{
    /// <summary>Tiers and their voices.</summary>
    public required IReadOnlyList<TierInfo> Tiers { get; init; }

    /// <summary>Responders by name, the default first.</summary>
    public required IReadOnlyList<string> Responders { get; init; }

    /// <summary>Where inference runs, in words ("CPU, 2 threads").</summary>
    public required string Device { get; init; }
}

/// <summary>A tier of synthesis.</summary>
public sealed record TierInfo(string Id, string Name, IReadOnlyList<VoiceInfo> Voices);

/// <summary>A voice.</summary>
public sealed record VoiceInfo(string Id, string Name, string Language);
