using System.Collections.Concurrent;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Hosting;

/// <summary>Hosts sessions in this process.</summary>
internal sealed partial class InProcessSessions(
    SessionFactory factory,
    TenantBook tenants,
    ISessionStore store,
    TranscriptWriter writer,
    ILogger<InProcessSessions> logger) : ISessions, ISessionKeeper
{
    private readonly ConcurrentDictionary<string, LiveSession> live = new();
    private readonly ConcurrentDictionary<string, LiveSession> closing = new();
    private readonly SemaphoreSlim reopening = new(1, 1);
    private int open;

    public SessionCatalog Catalog => factory.Catalog;

    public Action<IThreadPoolWorkItem>? Schedule => null;

    public async Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation)
    {
        if (factory.Check(request) is { } fault)
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

    public void Changed(LiveSession session) => writer.Changed(session);

    public void Closed(LiveSession session, string reason)
    {
        closing[session.Id] = session;
        if (live.TryRemove(KeyValuePair.Create(session.Id, session)))
        {
            Interlocked.Decrement(ref open);
            tenants.Release(session.Transcript.Tenant, session.Id);
            factory.Engines.Metrics.Closed();
            writer.Changed(session);
            _ = session.Ended.ContinueWith(_ => closing.TryRemove(KeyValuePair.Create(session.Id, session)), TaskScheduler.Default);
            LogClosed(session.Id, reason);
        }
    }

    /// <summary>Says which sessions are still open.</summary>
    public void RenewTenants() => tenants.Renew(live.Values.Select(session => (session.Transcript.Tenant, session.Id)));

    private static OpenResult Refused(SessionFault fault) => new(null, null, fault);

    private async Task<OpenResult> ResumeAsync(OpenSession request, ResumeSession resume, ISessionClient client, CancellationToken cancellation)
    {
        if (Join(request, resume, client) is { } joined)
        {
            return joined;
        }

        if (closing.TryGetValue(resume.Session, out var ending))
        {
            // What it leaves behind is on its way to the store.
            await ending.Ended.WaitAsync(cancellation).ConfigureAwait(false);
        }

        // Reopened twice at once it would be two sessions: whoever comes second joins the first.
        await reopening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return Join(request, resume, client) ?? await ReopenAsync(request, resume, client, cancellation).ConfigureAwait(false);
        }
        finally
        {
            reopening.Release();
        }
    }

    /// <summary>Takes the client into the live session, or says why not; null where it is not live.</summary>
    private OpenResult? Join(OpenSession request, ResumeSession resume, ISessionClient client)
    {
        if (!live.TryGetValue(resume.Session, out var session))
        {
            return null;
        }

        if (SessionFactory.CheckResume(request, resume, session) is { } refusal)
        {
            return Refused(refusal);
        }

        session.Attach(client, resume);
        if (!session.IsClosed)
        {
            return new OpenResult(session, factory.Describe(session, resume.Token, resumed: true), null);
        }

        session.Detach(client);
        return null;
    }

    private async Task<OpenResult> ReopenAsync(OpenSession request, ResumeSession resume, ISessionClient client, CancellationToken cancellation)
    {
        SessionRecord? record;
        try
        {
            record = await store.LoadAsync(resume.Session, cancellation).ConfigureAwait(false);
        }
        catch (SessionStoreException fault)
        {
            return Refused(fault.Fault);
        }

        var (reopen, why) = factory.Reopen(request, resume, record);
        return reopen is null ? Refused(why!) : Open(reopen, client, resume.Session, resume.Token, record);
    }

    private OpenResult Open(OpenSession request, ISessionClient client, string id, string token, SessionRecord? record)
    {
        if (Interlocked.Increment(ref open) > factory.Options.MaxSessions)
        {
            Interlocked.Decrement(ref open);
            return Refused(new SessionFault("too_many_sessions", $"This host holds its {factory.Options.MaxSessions} sessions. Try again later.", "Sessions:MaxSessions"));
        }

        var (admitted, refusal) = tenants.Admit(request, id);
        if (admitted is null)
        {
            Interlocked.Decrement(ref open);
            return Refused(refusal!);
        }

        LiveSession session;
        try
        {
            session = factory.Create(admitted, id, ResumeToken.Hash(token), record, this);
        }
        catch
        {
            Interlocked.Decrement(ref open);
            tenants.Release(admitted.Tenant, id);
            throw;
        }

        live[id] = session;
        factory.Engines.Metrics.Opened();
        LogOpened(id, session.Restored);
        session.Start(client);
        writer.Changed(session);
        return new OpenResult(session, factory.Describe(session, token, resumed: false), null);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} opened (restored: {Restored})")]
    private partial void LogOpened(string session, bool restored);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} closed: {Reason}")]
    private partial void LogClosed(string session, string reason);
}
