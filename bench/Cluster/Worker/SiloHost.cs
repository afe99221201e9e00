using System.Net;
using Conversation.ClusterBench.Load;
using Conversation.Grains;
using Conversation.Grains.Board;
using Conversation.Grains.Composition;
using Conversation.Grains.Lanes;
using Conversation.Grains.Lanes.Local;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace Conversation.ClusterBench.Worker;

/// <summary>A silo with a gateway in it, as the silo's program composes it but for the membership table, which its first silo keeps.</summary>
internal sealed class SiloHost : IBenchHost
{
    private readonly IHost app;
    private readonly BenchEngines engines;

    private SiloHost(IHost app, BenchEngines engines) => (this.app, this.engines) = (app, engines);

    public ISessions Sessions => app.Services.GetRequiredService<ISessions>();

    public string Address => app.Services.GetRequiredService<SiloBoard>().Silo.ToParsableString();

    public static async Task<SiloHost> StartAsync(int port, int primary, Logs logs)
    {
        var engines = new BenchEngines(logs);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddSimpleConsole().AddFilter(level => level >= LogLevel.Error);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "bench");
            silo.ConfigureEndpoints(IPAddress.Loopback, port, gatewayPort: 0);
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, primary));
            silo.UseInMemoryReminderService().AddMemoryGrainStorage(StorageNames.PubSub);
            silo.AddMemoryStreams(StreamNames.Events, streams =>
            {
                streams.ConfigurePartitioning(4);
                streams.ConfigurePullingAgent(agent => agent.Configure(polling => polling.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(250)));
            });
            silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(type => type.Namespace == "Conversation.Sessions"));
        });
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SessionMetrics>();
        builder.Services.AddSingleton<ISessionStore, InMemorySessionStore>();
        builder.Services.AddSingleton(new TenantDirectory(new Dictionary<string, TenantOptions>()));
        builder.Services.AddSingleton(engines);
        builder.Services.AddSingleton<ISessionSource, Source>();
        builder.Services.AddSessionGrains(new GrainOptions());
        var app = builder.Build();
        await app.StartAsync().ConfigureAwait(false);
        return new SiloHost(app, engines);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync().ConfigureAwait(false);
        app.Dispose();
        engines.Dispose();
    }

    /// <summary>Sessions take their lanes by the router, as in the program.</summary>
    private sealed class Source : ISessionSource
    {
        public Source(BenchEngines engines, LocalLanes lanes, LanePorts ports, SessionMetrics metrics)
        {
            lanes.Add(LaneSetup.Of("cpu/voice-activity", LaneRole.VoiceActivity, "cpu", engines.VoiceActivity), LaneSetup.Of("cpu/recognition", LaneRole.Recognition, "cpu", engines.Recognizer));
            Factory = engines.Factory(ports.VoiceActivity, ports.Recognizer, metrics);
        }

        public SessionFactory? Factory { get; }
    }
}
