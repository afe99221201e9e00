using System.Collections.Concurrent;
using Conversation.Conformance;
using Conversation.Conformance.Engines;
using Conversation.Grains.Board;
using Conversation.Grains.Composition;
using Conversation.Grains.Sessions;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Conversation.Grains.Tests.Conformance;

/// <summary>Sessions on the silos of one cluster in this process, over the suite's scripted engines and one store for all. Each silo is a gateway too.</summary>
internal sealed class ClusterHost : IConformanceHost
{
    private readonly InProcessTestCluster cluster;
    private readonly ConcurrentBag<SessionEngines> made = [];

    private ClusterHost(ConformanceSetup setup, short silos, GrainOptions? grains, Action<ISiloBuilder>? also, bool losesSilos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.InitializeClientOnDeploy = false;
#pragma warning disable ORLEANSEXP003 // As the silo's program has it.
        builder.Options.UseDistributedGrainDirectory = true;
#pragma warning restore ORLEANSEXP003
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                // Where none is to be lost, a silo of a busy machine is not to be taken for one.
                membership.ProbeTimeout = losesSilos ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(5);
                membership.NumMissedProbesLimit = losesSilos ? 2 : 3;
                membership.NumVotesForDeathDeclaration = 1;
            });
            silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(type => type.Namespace == "Conversation.Sessions"));
            silo.AddMemoryStreams(StreamNames.Events).AddMemoryGrainStorage(StorageNames.PubSub);
            silo.Services.AddSingleton<ISessionStore>(Store);
            silo.Services.AddSingleton(new TenantDirectory(setup.Tenants));
            silo.Services.AddSingleton<ISessionSource>(_ => new Source(Make(setup)));
            silo.Services.AddSessionGrains(grains ?? new GrainOptions());
            silo.Services.AddLogging(log => log.AddFilter("Orleans", LogLevel.Error).AddFilter("Microsoft", LogLevel.Error));
            also?.Invoke(silo);
        });
        cluster = builder.Build();
    }

    public FakeEngines Engines { get; } = new();

    public ScriptedStore Store { get; } = new();

    public int Processes => 2;

    public IReadOnlyList<InProcessSiloHandle> Silos => cluster.Silos;

    public static async Task<ClusterHost> StartAsync(ConformanceSetup setup, short silos = 2, GrainOptions? grains = null, Action<ISiloBuilder>? also = null, bool losesSilos = false)
    {
        var host = new ClusterHost(setup, silos, grains, also, losesSilos);
        await host.cluster.DeployAsync();
        await host.AllSeenAsync();
        return host;
    }

    public ISessions Gateway(int n) => Get<ISessions>(Silos[n % Silos.Count]);

    public T Get<T>(InProcessSiloHandle silo)
        where T : notnull => silo.ServiceProvider.GetRequiredService<T>();

    /// <summary>The silo on which a session lives.</summary>
    public InProcessSiloHandle SiloOf(string session) => Silos.Single(silo => Get<LocalSessions>(silo).Live.Any(live => live.Key == session));

    /// <summary>A silo goes down at once, saying nothing.</summary>
    public Task KillAsync(InProcessSiloHandle silo) => cluster.KillSiloAsync(silo);

    public async Task LoseHostOfAsync(string session)
    {
        await KillAsync(SiloOf(session));
        await cluster.StartAdditionalSiloAsync();
        await AllSeenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        foreach (var engines in made)
        {
            engines.Pacing.Dispose();
        }
    }

    private SessionFactory Make(ConformanceSetup setup)
    {
        var engines = Engines.ForHost();
        made.Add(engines);
        return Engines.Factory(engines, setup.Sessions);
    }

    /// <summary>Every silo knows what room the others have.</summary>
    private async Task AllSeenAsync()
    {
        foreach (var silo in Silos)
        {
            var (board, cards) = (Get<SiloBoard>(silo), Get<Cards>(silo));
            await Get<SiloBoard>(silo).PostAsync();
            for (var tries = 0; cards.All.Count(card => card.MaxSessions > 0) < Silos.Count; tries++)
            {
                Assert.True(tries < 200, "the silos do not see each other");
                await board.PostAsync();
                await Task.Delay(50);
            }
        }
    }

    private sealed record Source(SessionFactory? Factory) : ISessionSource;
}
