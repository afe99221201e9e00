using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Conversation.Gateway.Telephony.Ari;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>Where Asterisk connects to: <c>/v1/asterisk</c>, subprotocol <c>media</c>.</summary>
internal sealed class ChanWebSocketEndpoint(GatewayOptions options, CarrierHost host, AriClient ari, IHostApplicationLifetime lifetime, ILogger<ChanWebSocketEndpoint> logger)
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

            // What does not answer a ping is gone: a WebSocket left half open would keep its call for ever.
            var accepting = new WebSocketAcceptContext { SubProtocol = Subprotocol, KeepAliveInterval = host.Options.KeepAlive, KeepAliveTimeout = host.Options.KeepAlive };
            using var socket = await context.WebSockets.AcceptWebSocketAsync(accepting).ConfigureAwait(false);
            var call = new ChanWebSocketCall { Carrier = "chan_websocket", Route = route!, Caller = ReadCaller(request.Query), Tell = AsteriskPlan.For(ari, request.Query["channel"].ToString()) };
            host.Metrics.Connected();
            try
            {
                await new ChanWebSocketConnection(socket, options.ChanWebSocket, call, host, logger).RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
            }
            finally
            {
                host.Metrics.Disconnected();
            }
        }
        finally
        {
            Interlocked.Decrement(ref calls);
        }
    }

    /// <summary>Who calls, as the dialplan says behind the address: <c>v(caller=…,name=…,called=…)</c>; what else it says are attributes.</summary>
    private static CallerInfo? ReadCaller(IQueryCollection query)
    {
        var others = query.Where(pair => pair.Key is not ("route" or "caller" or "name" or "called" or "channel")).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        return query.Keys.All(key => key is "route" or "channel") ? null : new CallerInfo
        {
            Number = query["caller"].ToString(),
            Name = query["name"].ToString(),
            Called = query["called"].ToString(),
            Attributes = others,
        };
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
