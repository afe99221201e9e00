using System.Collections.Concurrent;
using Conversation.Core;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Hosting;

/// <summary>Hosts sessions in this process.</summary>
internal sealed partial class InProcessSessions(
    SessionEngines engines,
    SessionCatalog catalog,
    SessionHostOptions options,
    CoreFactory cores,
    ISessionStore store,
    TranscriptWriter writer,
    ILogger<InProcessSessions> logger) : ISessions
{
    private static readonly int[] InputRates = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
    private static readonly int[] OutputRates = [8_000, 16_000, 24_000, 48_000];

    private readonly ConcurrentDictionary<string, LiveSession> live = new();
    private readonly ConcurrentDictionary<string, LiveSession> closing = new();
    private int open;

    public SessionCatalog Catalog => catalog;

    public async Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation)
    {
        if (Check(request) is { } fault)
        {
            return Refused(fault);
        }

        return request.Resume is null
            ? Open(request, client, ResumeToken.NewId(), ResumeToken.New(), null)
            : await ResumeAsync(request, request.Resume, client, cancellation).ConfigureAwait(false);
    }

    /// <summary>Closes every session; done when the last state of each was written.</summary>
    public Task CloseAllAsync(string reason)
    {
        LiveSession[] all = [.. live.Values, .. closing.Values];
        foreach (var session in all)
        {
            session.Close(reason);
        }

        return Task.WhenAll(all.Select(session => session.Ended));
    }

    private static OpenResult Refused(SessionFault fault) => new(null, null, fault);

    private SessionFault? Check(OpenSession request)
    {
        if (!InputRates.Contains(request.InputRate))
        {
            return new SessionFault("bad_rate", $"inputRate {request.InputRate} is not taken. Taken: {string.Join(", ", InputRates)}.", "inputRate");
        }

        if (!OutputRates.Contains(request.OutputRate))
        {
            return new SessionFault("bad_rate", $"outputRate {request.OutputRate} is not offered. Offered: {string.Join(", ", OutputRates)}.", "outputRate");
        }

        return SettingsCheck.Check(request.Settings, catalog);
    }

    private async Task<OpenResult> ResumeAsync(OpenSession request, ResumeSession resume, ISessionClient client, CancellationToken cancellation)
    {
        if (live.TryGetValue(resume.Session, out var session))
        {
            if (!ResumeToken.Matches(resume.Token, session.TokenHash))
            {
                return Refused(new SessionFault("resume_refused", "The token does not belong to that session.", "resume.token"));
            }

            if (request.InputRate != session.Pump.Input.Rate)
            {
                return Refused(new SessionFault("bad_rate", $"The session hears at {session.Pump.Input.Rate} Hz, and inputRate is {request.InputRate}. Resume with the rate it was opened with.", "inputRate"));
            }

            session.Attach(client, resume);
            if (!session.IsClosed)
            {
                return new OpenResult(session, Describe(session, resume.Token, resumed: true, restored: false), null);
            }

            session.Detach(client);
        }

        if (closing.TryGetValue(resume.Session, out var ending))
        {
            // What it leaves behind is on its way to the store.
            await ending.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        }

        SessionRecord? record;
        try
        {
            record = await store.LoadAsync(resume.Session, cancellation).ConfigureAwait(false);
        }
        catch (SessionStoreException fault)
        {
            return Refused(fault.Fault);
        }

        var oldest = (engines.Time.GetUtcNow() - options.KeepFor).ToUnixTimeMilliseconds();
        if (record is null || record.UpdatedUnixMs < oldest || !ResumeToken.Matches(resume.Token, record.TokenHash))
        {
            return Refused(new SessionFault("session_unknown", "That session is over or was never here: open a new one without 'resume'.", "resume.session"));
        }

        var settings = SettingsCheck.Merge(record.Settings, request.Settings);
        return SettingsCheck.Check(settings, catalog) is { } bad
            ? Refused(bad)
            : Open(request with { Settings = settings, Tenant = record.Tenant }, client, record.Id, resume.Token, record);
    }

    private OpenResult Open(OpenSession request, ISessionClient client, string id, string token, SessionRecord? record)
    {
        if (Interlocked.Increment(ref open) > options.MaxSessions)
        {
            Interlocked.Decrement(ref open);
            return Refused(new SessionFault("too_many_sessions", $"This host holds its {options.MaxSessions} sessions. Try again later.", "Sessions:MaxSessions"));
        }

        var link = new ClientLink();
        LiveSession? session = null;
        var transcript = new SessionTranscript(id, request.Tenant, request.Settings, options.Responder, () => writer.Changed(session!));
        if (record is not null)
        {
            transcript.Restore(record.Turns, record.DialogState.Length > 0 ? record.DialogState : null);
        }

        var core = cores.Create(id, request);
        var pump = new SessionPump(core, engines, transcript, request, link, options.InputKept, FrameSamples(request), reason => OnClosed(id, core, reason));
        session = new LiveSession(pump, transcript, link, catalog, ResumeToken.Hash(token), core.Configure);
        live[id] = session;
        engines.Metrics.Opened();
        LogOpened(id, record is not null);
        link.Attach(client);
        writer.Changed(session);
        pump.Post(SessionInput.Opened(restored: record is not null, transcript.Turns.Select(t => t.Turn).DefaultIfEmpty(0).Max()));
        return new OpenResult(session, Describe(session, token, resumed: false, restored: record is not null), null);
    }

    private int FrameSamples(OpenSession request) => (int)SampleCount.FromTime(options.Frame, request.OutputRate).Value;

    private OpenedSession Describe(LiveSession session, string token, bool resumed, bool restored) => new()
    {
        Session = session.Id,
        Token = token,
        OutputRate = session.Pump.OutputRate,
        FrameSamples = (int)SampleCount.FromTime(options.Frame, session.Pump.OutputRate).Value,
        Resumed = resumed,
        Restored = restored,
        LastSequence = session.Pump.Input.LastSequence,
        History = session.Transcript.Turns,
        Settings = session.Transcript.Settings,
        ResumeWithinSeconds = (int)options.ResumeWithin.TotalSeconds,
    };

    private void OnClosed(string id, HostedCore core, string reason)
    {
        if (live.TryGetValue(id, out var session))
        {
            // Ended on purpose, nobody will come back for it, and it holds what was said.
            session.Closed(forget: reason == CloseReasons.Client || options.KeepFor == TimeSpan.Zero);
            closing[id] = session;
            if (live.TryRemove(KeyValuePair.Create(id, session)))
            {
                Interlocked.Decrement(ref open);
                engines.Metrics.Closed();
                writer.Changed(session);
                _ = session.Ended.ContinueWith(_ => closing.TryRemove(KeyValuePair.Create(id, session)), TaskScheduler.Default);
                LogClosed(id, reason);
            }
        }

        core.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} opened (restored: {Restored})")]
    private partial void LogOpened(string session, bool restored);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} closed: {Reason}")]
    private partial void LogClosed(string session, string reason);
}
