using Conversation.Core;
using Conversation.Sessions.Moving;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;

namespace Conversation.Sessions.Hosting;

/// <summary>What a host does with its sessions, wherever it keeps them.</summary>
internal interface ISessionKeeper
{
    /// <summary>Something of it is to be written. Called from any thread.</summary>
    void Changed(LiveSession session);

    /// <summary>It is over. Called where its inputs are handled.</summary>
    void Closed(LiveSession session, string reason);

    /// <summary>It told its client something, or would have. Called from any thread; must only note it.</summary>
    void Told(LiveSession session, SessionEvent message)
    {
    }

    /// <summary>Puts its work where inputs are handled one at a time; null for the thread pool.</summary>
    Action<IThreadPoolWorkItem>? Schedule { get; }
}

/// <summary>Makes sessions from what this process has: new ones, such as come out of the store, and such as another host hands over. The one place for it, whichever host keeps them.</summary>
internal sealed class SessionFactory(SessionEngines engines, SessionCatalog catalog, SessionHostOptions options, CoreFactory cores)
{
    private static readonly TimeSpan LongestMove = TimeSpan.FromSeconds(10);

    private static readonly SessionFault Unknown = new("session_unknown", "That session is over or was never here: open a new one without 'resume'.", "resume.session");

    public SessionEngines Engines => engines;

    public SessionCatalog Catalog => catalog;

    public SessionHostOptions Options => options;

    private long NowUnixMs => engines.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What is wrong with a request, or null.</summary>
    public SessionFault? Check(OpenSession request)
    {
        if (request.Resume is { } resume && !ResumeToken.IsId(resume.Session))
        {
            return Unknown;
        }

        return AudioRates.CheckInput(request.InputRate) ?? AudioRates.CheckOutput(request.OutputRate) ?? SettingsCheck.Check(request.Settings, catalog);
    }

    /// <summary>What is wrong with resuming a live session, or null.</summary>
    public static SessionFault? CheckResume(OpenSession request, ResumeSession resume, LiveSession session)
    {
        if (!ResumeToken.Matches(resume.Token, session.TokenHash))
        {
            return new SessionFault("resume_refused", "The token does not belong to that session.", "resume.token");
        }

        return request.InputRate == session.Pump.Input.Rate
            ? null
            : new SessionFault("bad_rate", $"The session hears at {session.Pump.Input.Rate} Hz, and inputRate is {request.InputRate}. Resume with the rate it was opened with.", "inputRate");
    }

    /// <summary>The request that reopens a stored session, or why it cannot be.</summary>
    public (OpenSession? Request, SessionFault? Fault) Reopen(OpenSession request, ResumeSession resume, SessionRecord? record)
    {
        var oldest = NowUnixMs - (long)options.KeepFor.TotalMilliseconds;
        if (record is null || record.UpdatedUnixMs < oldest || !ResumeToken.Matches(resume.Token, record.TokenHash))
        {
            return (null, Unknown);
        }

        var settings = SettingsCheck.Merge(record.Settings, request.Settings);
        return SettingsCheck.Check(settings, catalog) is { } bad ? (null, bad) : (request with { Settings = settings, Tenant = record.Tenant, Caller = request.Caller ?? record.Caller }, null);
    }

    /// <summary>A session, not yet started: new, or as <paramref name="record"/> knows it.</summary>
    public LiveSession Create(OpenSession request, string id, string tokenHash, SessionRecord? record, ISessionKeeper keeper)
    {
        var core = cores.Create(id, request);
        var session = Build(request, id, tokenHash, record, keeper, core, null, TimeSpan.Zero, null);
        session.Restored = record is not null;
        return session;
    }

    /// <summary>Goes on with a session that another host froze.</summary>
    public LiveSession GoOn(SessionMove move, ISessionClient? client, ISessionKeeper keeper)
    {
        var away = TimeSpan.FromMilliseconds(Math.Clamp(NowUnixMs - move.FrozenUnixMs, 0, LongestMove.TotalMilliseconds));
        var core = cores.Restore(move, out var outstanding);
        var session = Build(move.Request, move.Record.Id, move.Record.TokenHash, move.Record, keeper, core, move.Input, move.Now + away, new SpeakerVoice(move.Voice, move.VoiceSeconds));
        session.GoOn(move, outstanding, away, client);
        return session;
    }

    /// <summary>What its client is told on opening.</summary>
    public OpenedSession Describe(LiveSession session, string token, bool resumed) => new()
    {
        Session = session.Id,
        Token = token,
        OutputRate = session.Pump.OutputRate,
        FrameSamples = FrameSamples(session.Pump.OutputRate),
        Resumed = resumed,
        Restored = !resumed && session.Restored,
        LastSequence = session.Pump.Input.LastSequence,
        History = session.Transcript.Turns,
        Settings = session.Transcript.Settings,
        ResumeWithinSeconds = (int)options.ResumeWithin.TotalSeconds,
    };

    private int FrameSamples(int rate) => (int)SampleCount.FromTime(options.Frame, rate).Value;

    private LiveSession Build(OpenSession request, string id, string tokenHash, SessionRecord? record, ISessionKeeper keeper, HostedCore core, InputMove? input, TimeSpan origin, SpeakerVoice? voice)
    {
        LiveSession? session = null;
        var link = new ClientLink(message => keeper.Told(session!, message));
        var transcript = new SessionTranscript(id, request.Tenant, request.Settings, options.Responder, () => keeper.Changed(session!));
        if (record is not null)
        {
            transcript.Restore(record.Turns, record.DialogState.Length > 0 ? record.DialogState : null);
        }

        void OnClosed(string reason)
        {
            // Ended on purpose, nobody will come back for it, and it holds what was said.
            session!.Closed(forget: reason == CloseReasons.Client || options.KeepFor == TimeSpan.Zero);
            keeper.Closed(session, reason);
            core.Dispose();
        }

        var pump = new SessionPump(core, engines, transcript, request, link, options.InputKept, FrameSamples(request.OutputRate), OnClosed, keeper.Schedule, input, origin, voice);
        session = new LiveSession(pump, transcript, link, catalog, tokenHash, core.Configure, request);
        return session;
    }
}
