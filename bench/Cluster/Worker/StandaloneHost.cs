using Conversation.ClusterBench.Load;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.ClusterBench.Worker;

/// <summary>Sessions in this process.</summary>
internal sealed class StandaloneHost : IBenchHost
{
    private readonly BenchEngines engines;
    private readonly TranscriptWriter writer;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<SessionMetrics>().BuildServiceProvider();

    public StandaloneHost(Logs logs)
    {
        engines = new BenchEngines(logs);
        var metrics = services.GetRequiredService<SessionMetrics>();
        var store = new InMemorySessionStore();
        writer = new TranscriptWriter(store, TimeProvider.System, metrics, NullLogger<TranscriptWriter>.Instance);
        var tenants = new TenantBook(new TenantDirectory(new Dictionary<string, TenantOptions>()), TimeProvider.System);
        Sessions = new InProcessSessions(engines.Factory(engines.VoiceActivity, engines.Recognizer, metrics), tenants, store, writer, NullLogger<InProcessSessions>.Instance);
    }

    public ISessions Sessions { get; }

    public string Address => "";

    public async ValueTask DisposeAsync()
    {
        await ((InProcessSessions)Sessions).CloseAllAsync("server_stopping").ConfigureAwait(false);
        await writer.DisposeAsync().ConfigureAwait(false);
        engines.Dispose();
        await services.DisposeAsync().ConfigureAwait(false);
    }
}
