using System.Net;
using System.Net.Sockets;
using Conversation.Gateway;
using Conversation.Grains;
using Conversation.Grains.Composition;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Silo.Hosting;
using Conversation.Silo.Postgres;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Serialization;
using SiloOptions = Conversation.Silo.Options.SiloOptions;

namespace Conversation.Silo.Composition;

/// <summary>Puts an Orleans silo into the gateway's web application.</summary>
internal static class SiloComposition
{
    private const string Npgsql = "Npgsql";

    /// <summary>For telling the clients, the web server, and leaving the cluster.</summary>
    private static readonly TimeSpan StopAfterDrain = TimeSpan.FromSeconds(35);

    private static readonly Dictionary<string, string?> QuietLogging = new()
    {
        ["Logging:LogLevel:Orleans"] = "Warning",
        ["Logging:LogLevel:Microsoft.Orleans"] = "Warning",
        ["Logging:LogLevel:Orleans.Runtime.GrainDirectory"] = "Error",
        ["Logging:LogLevel:Orleans.Runtime.Messaging"] = "Error",
        ["Logging:LogLevel:Orleans.Runtime.MembershipService.SiloHealthMonitor"] = "Error",
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
    };

    /// <summary>Adds the silo, its storage, and the sessions in it (null: those of this build). Called after the gateway was added: see <see cref="DrainService"/>.</summary>
    public static void AddSilo(this WebApplicationBuilder builder, SiloOptions options, Action<WebApplicationBuilder>? sessions = null)
    {
        // What Orleans tells at Information is for those who work on it, and a silo that dies fills pages with warnings; MembershipLog says who
        // comes and goes. As the weakest of the settings: --Logging:LogLevel:Orleans=Information and the like bring it all back.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogging });
        var port = options.SiloPort ?? (options.IsPostgres ? EndpointOptions.DEFAULT_SILO_PORT : 0);
        port = port == 0 ? FreePort(options) : port;
        options = options with { Name = options.Name.Length > 0 ? options.Name : $"{Environment.MachineName}-{port}" };
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<SiloState>();
        // The host's limit runs from the signal on, so through the drain too: without this whatever stops after a long one would be given no time.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainWithin + StopAfterDrain);
        builder.Services.AddSingleton<IReadiness>(services => services.GetRequiredService<SiloState>());
        if (options.IsPostgres)
        {
            var connection = PostgresConnection.Complete(options.ConnectionString, $"conversation {options.Name}");
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<SchemaInstaller>(services, connection));
            builder.Services.AddSingleton(new SiloPlace(options.Address.Length > 0 ? new IPEndPoint(IPAddress.Parse(options.Address), port) : null));
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<DeadNeighbours>(services, connection));
            builder.UseOrleans(silo => silo.ConfigureSilo(options, port).UsePostgres(connection));
        }
        else
        {
            builder.UseOrleans(silo => silo.ConfigureSilo(options, port).UseNothingElse(options, port));
        }

        (sessions ?? (web => AddSessions(web, options)))(builder);
        builder.Services.AddHostedService<MembershipLog>();
        builder.Services.AddHostedService<DrainService>();
    }

    private static void AddSessions(WebApplicationBuilder builder, SiloOptions options)
    {
        if (options.Inference == "off")
        {
            builder.Configuration["Engines:Lanes"] = "false";
        }

        builder.Services.AddConversationGrains(builder.Configuration, new GrainOptions { SharedStorage = options.IsPostgres, HttpAddress = options.HttpAddress });
    }

    private static ISiloBuilder ConfigureSilo(this ISiloBuilder silo, SiloOptions options, int port)
    {
        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = options.ClusterId;
            cluster.ServiceId = options.ServiceId;
        });
        silo.Configure<global::Orleans.Configuration.SiloOptions>(names => names.SiloName = options.Name);
        if (options.Address.Length > 0 || !options.IsPostgres)
        {
            // No gateway port: whoever calls grains is in a silo itself.
            silo.ConfigureEndpoints(options.Address.Length > 0 ? IPAddress.Parse(options.Address) : IPAddress.Loopback, port, gatewayPort: 0);
        }
        else
        {
            silo.ConfigureEndpoints(port, gatewayPort: 0);
        }

        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.ProbeTimeout;
            membership.NumMissedProbesLimit = options.MissedProbes;
            // Those who were killed all at once are taken for living by those who start after them for so long: 15 s, not 90. See DeadNeighbours.
            membership.IAmAliveTablePublishTimeout = SiloOptions.AliveEvery;
            membership.NumMissedTableIAmAliveLimit = (int)(SiloOptions.SilentFor / SiloOptions.AliveEvery);
            // Changes travel by gossip; the table is read for the gossip that was lost.
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.MaxJoinAttemptTime = TimeSpan.FromSeconds(60);
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
        // By name, for not every version has these.
        // Probes' timeouts may be stretched up to four times, and with them the time for which a silo that hangs passes for living.
        silo.ConfigureByName<ClusterMembershipOptions>("MaxProbeTimeout", options.ProbeTimeout);
        // After a silo died, its part of the directory would take no new grains for up to 30 s, lest one live twice. A session may, for that
        // while: of two, clients and storage know the later by its epoch and version. Its caller would not wait so long.
        silo.ConfigureByName<GrainDirectoryOptions>("RangeLeaseDuration", TimeSpan.Zero);
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            // A caller waits on the other end of most calls: what takes longer has failed.
            messaging.ResponseTimeout = TimeSpan.FromSeconds(15);
            // No queue without an end: a grain this far behind refuses what else comes (a session's audio for minutes).
            messaging.MaxEnqueuedRequestsSoftLimit = 5_000;
            messaging.MaxEnqueuedRequestsHardLimit = 10_000;
        });
        // Clients from outside, should there be any, are turned away from a silo that is out of breath.
        silo.Configure<LoadSheddingOptions>(shedding =>
        {
            shedding.LoadSheddingEnabled = true;
            shedding.CpuThreshold = 95;
        });
        // Orleans' default directory ends those grains on living silos whose entry a silo that goes or dies had kept: with every silo that is
        // restarted, calls on the others would be cut off. This one asks the living what they hold, and ends none.
#pragma warning disable ORLEANSEXP003 // Experimental since 9.0; what it has to do is tested in Silo.Tests/Faults.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(GoesAsJson));
        // What may lag: turns and transcripts for those who listen in. Polled four times a second; never frames.
        silo.AddMemoryStreams(StreamNames.Events, streams =>
        {
            streams.ConfigurePartitioning(4);
            streams.ConfigurePullingAgent(agent => agent.Configure(polling => polling.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(250)));
        });
        DashboardPage.Add(silo, options);
        return silo;
    }

    private static void ConfigureByName<TOptions>(this ISiloBuilder silo, string name, TimeSpan value)
        where TOptions : class =>
        silo.Services.AddOptions<TOptions>().Bind(new ConfigurationBuilder().AddInMemoryCollection([new(name, value.ToString())]).Build());

    private static ISiloBuilder UsePostgres(this ISiloBuilder silo, string connection)
    {
        silo.UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = Npgsql;
            clustering.ConnectionString = connection;
        });
        silo.UseAdoNetReminderService(reminders =>
        {
            reminders.Invariant = Npgsql;
            reminders.ConnectionString = connection;
        });
        foreach (var name in new[] { StorageNames.Sessions, StorageNames.Tenants })
        {
            silo.AddAdoNetGrainStorage(name, storage =>
            {
                storage.Invariant = Npgsql;
                storage.ConnectionString = connection;
                storage.DeleteStateOnClear = true;
                storage.GrainStorageSerializer = new JsonGrainStorageSerializer();
            });
        }

        // Orleans' own state of who listens to which stream keeps Orleans' own serializer: it holds references to grains.
        return silo.AddAdoNetGrainStorage(StorageNames.PubSub, storage =>
        {
            storage.Invariant = Npgsql;
            storage.ConnectionString = connection;
            storage.DeleteStateOnClear = true;
        });
    }

    private static ISiloBuilder UseNothingElse(this ISiloBuilder silo, SiloOptions options, int port)
    {
        var address = options.Address.Length > 0 ? IPAddress.Parse(options.Address) : IPAddress.Loopback;
        return silo.UseDevelopmentClustering(new IPEndPoint(address, port)).UseInMemoryReminderService().AddMemoryGrainStorage(StorageNames.PubSub);
    }

    /// <summary>Ours that bear no marks of Orleans' own serializer: what Sessions and the rooms below it pass about.</summary>
    internal static bool GoesAsJson(Type type) =>
        type.Namespace is { } space && (space == nameof(Conversation) || space.StartsWith("Conversation.", StringComparison.Ordinal))
        && !type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private static int FreePort(SiloOptions options)
    {
        using var socket = new TcpListener(options.Address.Length > 0 ? IPAddress.Parse(options.Address) : IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
