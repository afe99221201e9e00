using Conversation.Conformance;
using Conversation.Conformance.Engines;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Sessions.Tests.Conformance;

/// <summary>One process's sessions. Lost, it is simply let lie: it can write nothing any more, and nobody drives it.</summary>
internal sealed class InProcessHost : IConformanceHost
{
    private readonly ConformanceSetup setup;
    private Running running;

    public InProcessHost(ConformanceSetup setup)
    {
        this.setup = setup;
        running = Start();
    }

    public FakeEngines Engines { get; } = new();

    public ScriptedStore Store { get; } = new();

    public int Processes => 1;

    public ISessions Gateway(int n) => running.Sessions;

    public Task LoseHostOfAsync(string session)
    {
        running.Disk.Gone = true;
        running.Engines.Pacing.Dispose();
        running = Start();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await running.Sessions.CloseAllAsync(CloseReasons.ServerStopping);
        await running.Writer.DisposeAsync();
        running.Engines.Pacing.Dispose();
    }

    private Running Start()
    {
        var engines = Engines.ForHost();
        var disk = new Disk(Store);
        var writer = new TranscriptWriter(disk, engines.Time, engines.Metrics, NullLogger<TranscriptWriter>.Instance);
        var tenants = new TenantBook(new TenantDirectory(setup.Tenants), engines.Time);
        var sessions = new InProcessSessions(Engines.Factory(engines, setup.Sessions), tenants, disk, writer, NullLogger<InProcessSessions>.Instance);
        return new Running(sessions, writer, engines, disk);
    }

    private sealed record Running(InProcessSessions Sessions, TranscriptWriter Writer, SessionEngines Engines, Disk Disk);

    /// <summary>One process's way to the store.</summary>
    private sealed class Disk(ISessionStore store) : ISessionStore
    {
        public volatile bool Gone;

        public Task SaveAsync(SessionRecord record, CancellationToken cancellation = default) => Gone ? NeverAsync : store.SaveAsync(record, cancellation);

        public Task<SessionRecord?> LoadAsync(string id, CancellationToken cancellation = default) => store.LoadAsync(id, cancellation);

        public async Task<bool> DeleteAsync(string id, CancellationToken cancellation = default)
        {
            await (Gone ? NeverAsync : Task.CompletedTask);
            return await store.DeleteAsync(id, cancellation);
        }

        public Task<int> DeleteOlderThanAsync(long updatedBeforeUnixMs, CancellationToken cancellation = default) => store.DeleteOlderThanAsync(updatedBeforeUnixMs, cancellation);

        public Task<IReadOnlyList<SessionSummary>> ListAsync(string? tenant = null, int limit = 100, CancellationToken cancellation = default) => store.ListAsync(tenant, limit, cancellation);

        private static Task NeverAsync { get; } = new TaskCompletionSource().Task;
    }
}
