using System.Text.Json.Serialization;
using Conversation.Gateway.Hosting;
using Conversation.Gateway.Hub;
using Conversation.Gateway.Realtime;
using Conversation.Gateway.Realtime.Access;
using Conversation.Gateway.Rest;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Ari;
using Conversation.Gateway.Telephony.AudioHook;
using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Telephony.ChanWebSocket;
using Conversation.Gateway.Telephony.Outbound;
using Conversation.Gateway.Telephony.Twilio;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Telephony.Twilio.Rest;
using Conversation.Gateway.Wire;
using Conversation.Sessions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Conversation.Gateway;

/// <summary>Puts the gateway into a web host: its own program, or another that hosts the sessions too.</summary>
public static class GatewayExtensions
{
    /// <summary>Where the hub is.</summary>
    internal const string HubPath = "/session";
    internal const string CorsPolicy = "Conversation.Gateway";

    /// <summary>
    /// Adds the gateway; its options come from section <c>Gateway</c>. The host adds <see cref="ISessions"/>, and where it has them
    /// <see cref="ISpeechService"/> and <see cref="IReadiness"/>. Wrong options fail the start with every fault named.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection("Gateway")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<GatewayOptions>>().Value);
        services.AddSingleton(provider => new OriginPolicy(provider.GetRequiredService<GatewayOptions>().Origins));
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<SpeakEndpoint>();
        services.AddSingleton(provider => provider.GetRequiredService<GatewayOptions>().Realtime);
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<Doorkeeper>();
        services.AddSingleton<RealtimeEndpoint>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionRegistry>());
        services.AddSingleton<CarrierPacer>();
        services.AddSingleton<OutboundBook>();
        services.AddSingleton<CarrierHost>();
        services.AddSingleton<Telephony.Recording.Recordings>();
        services.AddHostedService(provider => provider.GetRequiredService<Telephony.Recording.Recordings>());
        services.AddSingleton<AriClient>();
        services.AddSingleton<AriApplication>();
        services.AddHostedService(provider => provider.GetRequiredService<AriApplication>());
        services.AddSingleton<IOutboundCarrier, AriCarrier>();
        services.AddSingleton<AudioSocketListener>();
        services.AddHostedService(provider => provider.GetRequiredService<AudioSocketListener>());
        services.AddSingleton<ChanWebSocketEndpoint>();
        services.AddSingleton<OutboundEndpoint>();
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<StreamTokens>();
        services.AddSingleton<TwilioRest>();
        services.AddSingleton<TwilioCalls>();
        services.AddSingleton<TwilioEndpoint>();
        services.AddSingleton<IOutboundCarrier, TwilioCarrier>();
        services.AddSingleton<AudioHookEndpoint>();
        services.AddSingleton<IStartupFilter, GatewayPipeline>();
        services.AddProblemDetails();
        services.AddCors();
        services.AddOptions<Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions>().Configure<OriginPolicy>((cors, origins) =>
            cors.AddPolicy(CorsPolicy, policy => policy.SetIsOriginAllowed(origins.Lists).AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddOpenApi();
        AddHub(services);
        return services;
    }

    /// <summary>Maps the hub at <c>/session</c>, the Realtime dialect at <c>/v1/realtime</c>, the HTTP endpoints under <c>/api</c> and <c>/health</c>, and their description at <c>/openapi/v1.json</c>.</summary>
    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var options = routes.ServiceProvider.GetRequiredService<GatewayOptions>();
        routes.MapHub<SessionHub>(HubPath, hub =>
        {
            hub.Transports = HttpTransportType.WebSockets;
            hub.TransportSendTimeout = options.SlowClientTimeout + TimeSpan.FromSeconds(2);
            hub.WebSockets.CloseTimeout = TimeSpan.FromSeconds(2);
        });
        routes.MapOpenApi();
        RestEndpoints.Map(routes);
        ChanWebSocketEndpoint.Map(routes);
        OutboundEndpoint.Map(routes);
        TwilioEndpoint.Map(routes);
        AudioHookEndpoint.Map(routes);
        if (options.Realtime.Enabled)
        {
            RealtimeEndpoint.Map(routes);
        }

        return routes;
    }

    private static void AddHub(IServiceCollection services)
    {
        services.AddSignalR(hub => hub.SupportedProtocols = ["json"]).AddJsonProtocol(json => WireJson.Configure(json.PayloadSerializerOptions))
            // Marks the hub as having options of its own; without this the ones below are not read.
            .AddHubOptions<SessionHub>(_ => { });
        services.AddOptions<HubOptions<SessionHub>>().Configure<GatewayOptions>((hub, options) =>
        {
            hub.MaximumReceiveMessageSize = options.MaxMessageBytes;
            hub.HandshakeTimeout = options.OpenTimeout;
            hub.KeepAliveInterval = options.KeepAlive;
            hub.ClientTimeoutInterval = options.ClientTimeout;
            hub.MaximumParallelInvocationsPerClient = 1;
            // The protocol turns these into codes and lets no detail out; see SessionHubProtocol.
            hub.EnableDetailedErrors = true;
            hub.AddFilter<HubFaultFilter>();
        });
        services.AddSingleton<HubFaultFilter>();
        services.AddSingleton<IHubProtocol, SessionHubProtocol>();
    }
}
