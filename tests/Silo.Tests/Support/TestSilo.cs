using Conversation.Gateway.Tests.Support;
using Conversation.Grains.Composition;
using Conversation.Sessions;
using Conversation.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Conversation.Silo.Tests.Support;

/// <summary>The program's own composition with scripted sessions in place of the real ones: gateway, silo, PostgreSQL or none.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestSilo(WebApplication app) => this.app = app;

    public IServiceProvider Services => app.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public FakeSessions Sessions => (FakeSessions)Services.GetRequiredService<ISessions>();

    public ScriptedDrain Drain => (ScriptedDrain)Services.GetRequiredService<ISessionDrain>();

    public SiloAddress Address => Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public Uri Http => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The silos this one holds for living, itself among them.</summary>
    public int Living => Services.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count;

    public static async Task<TestSilo> StartAsync(params string[] settings)
    {
        var silo = new TestSilo(Build(settings));
        try
        {
            await silo.app.StartAsync();
            return silo;
        }
        catch
        {
            await silo.app.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of a cluster, on free ports of loopback.</summary>
    public static Task<TestSilo> InClusterAsync(string connectionString, params string[] settings) =>
        StartAsync(["--Silo:Clustering=postgres", $"--Silo:ConnectionString={connectionString}", "--Silo:SiloPort=0", "--Silo:Address=127.0.0.1", .. settings]);

    public static WebApplication Build(params string[] settings) =>
        SiloProgram.Build(["--urls=http://127.0.0.1:0", .. settings], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<ISessions>(new FakeSessions());
            builder.Services.AddSingleton<ISessionDrain>(new ScriptedDrain());
        });

    /// <summary>As the program does when it is told to stop.</summary>
    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Waits until <paramref name="met"/>; fails after 30 s.</summary>
    public static async Task Until(Func<bool> met)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!met())
        {
            await Task.Delay(20, end.Token);
        }
    }
}

/// <summary>A drain that the test ends.</summary>
internal sealed class ScriptedDrain : ISessionDrain
{
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What a drain waits for; done at once where the test says nothing.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public Task Begun => begun.Task;

    public TimeSpan? Within { get; private set; }

    public Task DrainAsync(TimeSpan within, CancellationToken cancellation)
    {
        Within = within;
        begun.TrySetResult();
        return Work;
    }
}
