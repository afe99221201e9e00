using System.Collections.Concurrent;
using System.Globalization;
using Conversation.Gateway.Telephony.AudioHook.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>Where Genesys Cloud connects to: <c>/v1/audiohook</c>, with the connector's id behind it.</summary>
internal sealed class AudioHookEndpoint(GatewayOptions options, CarrierHost host, IHostApplicationLifetime lifetime, ILogger<AudioHookEndpoint> logger)
{
    /// <summary>The path.</summary>
    public const string Path = "/v1/audiohook";

    // Refusals take as long whatever was wrong, so that the time tells nothing.
    private static readonly TimeSpan RefusalTime = TimeSpan.FromMilliseconds(500);

    private readonly AudioHookOptions own = options.AudioHook;
    private readonly SeenNonces nonces = new();
    private readonly ConcurrentDictionary<string, Allowance> allowances = new();
    private int calls;

    /// <summary>Maps it, where it is enabled.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<GatewayOptions>().AudioHook.Enabled)
        {
            var branch = routes.CreateApplicationBuilder();
            branch.UseWebSockets();
            branch.Run(routes.ServiceProvider.GetRequiredService<AudioHookEndpoint>().Serve);
            routes.MapGet(Path + "/{**connector}", branch.Build()).ExcludeFromDescription();
        }
    }

    private async Task Serve(HttpContext context)
    {
        var began = host.Time.GetTimestamp();
        var key = Header(context.Request, "X-API-KEY");
        var (name, client) = own.Clients.FirstOrDefault(entry => entry.Value.ApiKey == key);
        var fault = RequestSignature.Check(Signed(context), client?.SecretBytes, host.Time.GetUtcNow().ToUnixTimeSeconds(), nonces);
        var organization = Header(context.Request, "Audiohook-Organization-Id") ?? "";
        if (fault is null && client!.Organization.Length > 0 && !client.Organization.Equals(organization, StringComparison.OrdinalIgnoreCase))
        {
            fault = "another organisation";
        }

        if (fault is not null)
        {
            var wait = RefusalTime - host.Time.GetElapsedTime(began);
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, host.Time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Refuse(context, StatusCodes.Status401Unauthorized, fault);
            return;
        }

        if (!allowances.GetOrAdd(name, _ => new Allowance(own.OpensPerSecond, host.Time)).TryTake())
        {
            Busy(context, StatusCodes.Status429TooManyRequests, "too many connections a second");
            return;
        }

        // With one stroke too many between address and id it is the same connector.
        var connector = ((string?)context.GetRouteValue("connector") ?? "").Trim('/');
        var route = connector.Length == 0 || client!.Routes.Count == 0 ? client!.Default : client.Routes.GetValueOrDefault(connector);
        if (!context.WebSockets.IsWebSocketRequest || route is null)
        {
            Refuse(context, route is null ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, route is null ? $"no connector '{connector}'" : "not a WebSocket");
            return;
        }

        await Take(context, new AudioHookVisit(Header(context.Request, "Audiohook-Session-Id")!, organization, connector, route)).ConfigureAwait(false);
    }

    private async Task Take(HttpContext context, AudioHookVisit visit)
    {
        try
        {
            if (Interlocked.Increment(ref calls) > own.MaxCalls)
            {
                Busy(context, StatusCodes.Status503ServiceUnavailable, "too many calls");
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            host.Metrics.Connected();
            try
            {
                await new AudioHookConnection(socket, visit, own, host, logger).RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
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

    private SignedRequest Signed(HttpContext context)
    {
        var authority = own.Authority.Length > 0 ? own.Authority : context.Request.Host.Value ?? "";
        // RFC 9421, 2.2.3: in small letters, and without the scheme's own port.
        authority = authority.ToLowerInvariant();
        authority = authority.EndsWith(":443", StringComparison.Ordinal) ? authority[..^4] : authority.EndsWith(":80", StringComparison.Ordinal) ? authority[..^3] : authority;
        return new SignedRequest(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, authority, field => Header(context.Request, field));
    }

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var lines) && lines.Count > 0 ? string.Join(", ", lines.Select(line => line?.Trim())) : null;

    private void Busy(HttpContext context, int status, string why)
    {
        context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        Refuse(context, status, why);
    }

    private void Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        AudioHookLog.Refused(logger, context.Connection.RemoteIpAddress?.ToString() ?? "", why);
    }

    /// <summary>So many a second, twice as many at once.</summary>
    private sealed class Allowance(int perSecond, TimeProvider time)
    {
        private readonly Lock gate = new();
        private double level = perSecond * 2;
        private long last = time.GetTimestamp();

        public bool TryTake()
        {
            lock (gate)
            {
                var now = time.GetTimestamp();
                level = Math.Min(perSecond * 2, level + (time.GetElapsedTime(last, now).TotalSeconds * perSecond));
                last = now;
                if (level < 1)
                {
                    return false;
                }

                level--;
                return true;
            }
        }
    }
}
