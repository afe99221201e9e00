using Conversation.Grains.Board;
using Conversation.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Conversation.Grains.Tests.Board;

/// <summary>Silos in this process, each with its own services: what real clusters do, but for the wire.</summary>
internal sealed class BoardCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;

    private BoardCluster(InProcessTestCluster cluster) => this.cluster = cluster;

    public static readonly BoardOptions Quick = new() { PostEvery = TimeSpan.FromMilliseconds(100), KeepFor = TimeSpan.FromSeconds(3) };

    public IReadOnlyList<InProcessSiloHandle> Silos { get; private set; } = [];

    public static async Task<BoardCluster> StartAsync(short silos, Action<IServiceCollection>? more = null, BoardOptions? board = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<ClusterMembershipOptions>(o =>
            {
                o.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                o.NumMissedProbesLimit = 2;
                o.NumVotesForDeathDeclaration = 1;
            });
            // Orleans looks at start for a codec of everything that any grain of the assembly is sent.
            silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(type => type.Namespace == "Conversation.Sessions"));
            silo.Services.AddSiloBoard(board ?? Quick);
            more?.Invoke(silo.Services);
        });
        var started = new BoardCluster(builder.Build());
        await started.cluster.DeployAsync();
        // One after the other: silos that start at the same moment can miss one another for a while.
        for (var i = 1; i < silos; i++)
        {
            await started.cluster.StartAdditionalSiloAsync();
        }

        started.Silos = [.. started.cluster.Silos];
        await started.AllSeeAsync(silos);
        return started;
    }

    public T Get<T>(int silo)
        where T : notnull => cluster.GetSiloServiceProvider(Silos[silo].SiloAddress).GetRequiredService<T>();

    public SiloAddress Address(int silo) => Silos[silo].SiloAddress;

    public Task KillAsync(int silo) => cluster.KillSiloAsync(Silos[silo]);

    public Task StopAsync(int silo) => cluster.StopSiloAsync(Silos[silo]);

    public async Task AllSeeAsync(int silos)
    {
        for (var i = 0; i < Silos.Count; i++)
        {
            var cards = Get<Cards>(i);
            await Eventually.True(() => cards.All.Count == silos, $"silo {i} sees {silos} cards");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
    }
}
