using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>Where Asterisk connects to: <c>/v1/asterisk</c>, subprotocol <c>media</c>.</summary>
internal sealed class ChanWebSocketEndpoint(GatewayOptions options, CarrierHost host, IHostApplicationLifetime lifetime, ILogger<ChanWebSocketEndpoint> logger)
{
    /// <summary>The path.</summary>
    public const string Path = "/v1/asterisk";

    private const string Subprotocol = "media";
    private int calls;

    /// <summary>Maps it, where it is enabled.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<GatewayOptions>().ChanWebSocket.Enabled)
        {
            var branch = routes.CreateApplicationBuilder();
            branch.UseWebSockets();
            branch.Run(routes.ServiceProvider.GetRequiredService<ChanWebSocketEndpoint>().Serve);
            routes.MapGet(Path, branch.Build()).ExcludeFromDescription();
        }
    }

    private async Task Serve(HttpContext context)
    {
        var request = context.Request;
        var name = (string?)request.Query["route"];
        var route = string.IsNullOrEmpty(name) ? options.ChanWebSocket.Default : options.ChanWebSocket.Routes.GetValueOrDefault(name);
        if ((!context.WebSockets.IsWebSocketRequest, !MayEnter(context), !context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol), route is null) is var (plain, stranger, other, lost) && (plain || stranger || other || lost))
        {
            context.Response.StatusCode = stranger ? StatusCodes.Status401Unauthorized : lost ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
            ChanWebSocketLog.Refused(logger, context.Connection.RemoteIpAddress?.ToString() ?? "", stranger ? "wrong or no password" : lost ? "no such route" : "not a WebSocket of subprotocol media");
            return;
        }

        try
        {
            if (Interlocked.Increment(ref calls) > options.ChanWebSocket.MaxCalls)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync(Subprotocol).ConfigureAwait(false);
            host.Metrics.Connected();
            await new ChanWebSocketConnection(socket, options.ChanWebSocket, route!, host, logger).RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
            host.Metrics.Disconnected();
        }
        finally
        {
            Interlocked.Decrement(ref calls);
        }
    }

    private bool MayEnter(HttpContext context)
    {
        var wanted = options.ChanWebSocket;
        if (wanted.Password.Length == 0)
        {
            return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
        }

        return AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var given) && given.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.Parameter ?? ""), Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{wanted.Username}:{wanted.Password}"))));
    }
}
