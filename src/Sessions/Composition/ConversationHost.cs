using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Composition;

/// <summary>The sessions of this process, from when its engines are there.</summary>
internal sealed class ConversationHost(
    ConversationOptions options,
    EngineHost engines,
    SessionMetrics metrics,
    ISessionStore store,
    TimeProvider time,
    ILoggerFactory logging) : IHostedService, ISessions, IDisposable
{
    private readonly TenantBook tenants = new(new TenantDirectory(options.Tenants), time);
    private TranscriptWriter? writer;
    private InProcessSessions? sessions;
    private ITimer? renewing;

    public SessionCatalog Catalog => engines.Catalog;

    public Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation) =>
        sessions?.OpenAsync(request, client, cancellation) ?? Task.FromResult(new OpenResult(null, null, ISessionSource.Starting));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var factory = engines.Factory ?? throw new InvalidOperationException("The engines start first.");
        writer = new TranscriptWriter(store, time, metrics, logging.CreateLogger<TranscriptWriter>());
        sessions = new InProcessSessions(factory, tenants, store, writer, logging.CreateLogger<InProcessSessions>());
        renewing = time.CreateTimer(_ => sessions.RenewTenants(), null, TenantLedger.LeaseFor / 3, TenantLedger.LeaseFor / 3);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (sessions is not null)
        {
            // Each session's last turn is handed to the writer before the writer ends.
            await sessions.CloseAllAsync(CloseReasons.ServerStopping).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (writer is not null)
        {
            await writer.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        // Registered as several services, it is disposed once for each.
        Interlocked.Exchange(ref renewing, null)?.Dispose();
    }
}
