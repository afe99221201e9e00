using System.Collections.Concurrent;
using Conversation.Grains.Board;
using Conversation.Grains.Sessions;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conversation.Grains.Gateways;

/// <summary>The sessions of the cluster, as a gateway opens them: each is a grain somewhere. Calls for every client that is connected here, so that its session knows that it is.</summary>
internal sealed partial class ClusterSessions(
    ISessionSource engines,
    IGrainFactory grains,
    TenantDirectory tenants,
    Cards cards,
    TimeProvider time,
    ILoggerFactory logging,
    ILogger<ClusterSessions> logger) : ISessions, IHostedService, IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(1);

    /// <summary>What a session sent before it knew that its client has gone is on its way for so long, at most. Until then the link is held, as Orleans itself does not hold it.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(200);
    private static readonly SessionFault Unavailable = new("cluster_unavailable", "No silo could open the session. Try again in a few seconds.");

    private readonly ConcurrentDictionary<Guid, RemoteSession> links = new();
    private readonly ConcurrentQueue<(RemoteSession Link, ISessionObserver Observer, long Since)> gone = new();
    private ITimer? pings;
    private string[] told = [];

    public SessionCatalog Catalog => engines.Factory?.Catalog ?? throw new InvalidOperationException(ISessionSource.Starting.Message);

    public async Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation)
    {
        if (engines.Factory is not { } factory)
        {
            return Refused(ISessionSource.Starting);
        }

        if (request.Resume is null)
        {
            var (identified, fault) = tenants.Identify(request);
            if (identified is null)
            {
                return Refused(fault!);
            }

            request = identified;
        }
        else
        {
            // Its token says whose it is; the tenant's key goes no further.
            request = request with { TenantKey = "" };
        }

        if (factory.Check(request) is { } wrong)
        {
            return Refused(wrong);
        }

        for (var attempt = 1; ; attempt++)
        {
            var id = request.Resume?.Session ?? ResumeToken.NewId();
            var token = request.Resume?.Token ?? ResumeToken.New();
            var link = new RemoteSession(id, request, client, grains.GetGrain<ISessionGrain>(id), factory.Catalog, time, logging.CreateLogger<RemoteSession>(), Gone);
            var observer = grains.CreateObjectReference<ISessionObserver>(link);
            link.Observer = observer;
            try
            {
                var answer = await grains.GetGrain<ISessionGrain>(id).OpenAsync(new OpenCall(request, token, link.Connection, cards.Own.Silo), observer, cancellation).ConfigureAwait(false);
                if (answer.Opened is { } opened)
                {
                    links[link.Connection] = link;
                    link.Begin(answer.Epoch, opened);
                    return new OpenResult(link, opened with { Gateways = Others() }, null);
                }

                link.Dispose();
                return Refused(answer.Fault ?? Unavailable);
            }
            catch (Exception fault) when (fault is not (OperationCanceledException or OutOfMemoryException))
            {
                link.Dispose();
                if (attempt == Attempts)
                {
                    LogNotOpened(id, fault);
                    return Refused(Unavailable);
                }
            }
            catch
            {
                link.Dispose();
                throw;
            }

            // A silo that has just gone, or a session on its way between two: in a moment it is clear where it is.
            await Task.Delay(TryAgainAfter * attempt, time, cancellation).ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        pings = time.CreateTimer(_ => PingAll(), null, PingEvery, PingEvery);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Interlocked.Exchange(ref pings, null)?.Dispose();

    private static OpenResult Refused(SessionFault fault) => new(null, null, fault);

    /// <summary>Where else a session can be resumed.</summary>
    private string[] Others() => [.. cards.Others.Where(card => !card.Draining).Select(card => card.Http).OfType<string>().Order(StringComparer.Ordinal)];

    private void PingAll()
    {
        var others = Others();
        if (!others.SequenceEqual(told))
        {
            told = others;
            foreach (var link in links.Values)
            {
                link.Tell(new SessionEvent.GatewaysChanged(others));
            }
        }

        foreach (var link in links.Values)
        {
            link.Ping();
        }

        while (gone.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) > ForgetAfter && gone.TryDequeue(out oldest))
        {
            Forget(oldest.Observer);
        }
    }

    private void Gone(RemoteSession link)
    {
        links.TryRemove(link.Connection, out _);
        if (link.Observer is { } observer)
        {
            link.Observer = null;
            gone.Enqueue((link, observer, time.GetTimestamp()));
        }
    }

    private void Forget(ISessionObserver observer)
    {
        try
        {
            grains.DeleteObjectReference<ISessionObserver>(observer);
        }
        catch (ArgumentException)
        {
            // Orleans has forgotten it already. Thrown out of a timer it would end the process.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} could not be opened")]
    private partial void LogNotOpened(string session, Exception fault);
}
