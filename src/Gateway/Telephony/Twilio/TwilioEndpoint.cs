using System.Net.WebSockets;
using Conversation.Gateway.Hub;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>Where the carrier asks what to do with a call (<c>/v1/twilio/voice</c>) and where its streams connect to (<c>/v1/twilio</c>).</summary>
internal sealed class TwilioEndpoint(GatewayOptions options, PublicAddress address, StreamTokens tokens, TwilioCalls calls, CarrierHost host, ConnectionRegistry registry, IHostApplicationLifetime lifetime, ILogger<TwilioEndpoint> logger)
{
    private const int MostBytes = 32_768;
    private const int MostFields = 200;
    private const string SignatureHeader = "X-Twilio-Signature";
    private const string AnsweredBy = "AnsweredBy";
    private int sockets;

    private TwilioOptions Twilio => options.Twilio;

    /// <summary>Maps both, where they are enabled.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<GatewayOptions>().Twilio;
        if (!options.Enabled)
        {
            return;
        }

        var endpoint = routes.ServiceProvider.GetRequiredService<TwilioEndpoint>();
        var branch = routes.CreateApplicationBuilder();
        branch.UseWebSockets();
        branch.Run(endpoint.Stream);
        routes.MapGet(options.Path, branch.Build()).ExcludeFromDescription();
        routes.MapPost(options.VoicePath, endpoint.Voice).ExcludeFromDescription();
    }

    private async Task Stream(HttpContext context)
    {
        var local = !HasSecret && PublicAddress.IsHere(context);
        if (!local && !(Twilio.IsTelnyx ? HasSecret : IsSigned(context, [])))
        {
            Refuse(context, StatusCodes.Status403Forbidden, "its signature is wrong or missing");
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            Refuse(context, StatusCodes.Status426UpgradeRequired, "it is no WebSocket");
            return;
        }

        try
        {
            // Some more than calls: those whose start is still to come.
            if (Interlocked.Increment(ref sockets) > Twilio.MaxCalls * 2 || registry.Draining)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = options.KeepAlive,
                // A line that is dead without a word: no pong, no carrier.
                KeepAliveTimeout = options.ClientTimeout,
            }).ConfigureAwait(false);
            host.Metrics.Connected();
            try
            {
                using var connection = new TwilioConnection(socket, local, calls, host, logger);
                await connection.RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
            }
            finally
            {
                host.Metrics.Disconnected();
            }
        }
        finally
        {
            Interlocked.Decrement(ref sockets);
        }
    }

    private async Task Voice(HttpContext context)
    {
        var (fields, signed) = await ReadForm(context).ConfigureAwait(false);
        if (fields is null || !signed)
        {
            Refuse(context, fields is null ? StatusCodes.Status400BadRequest : StatusCodes.Status403Forbidden, fields is null ? "its form cannot be read" : "its signature is wrong or missing");
            return;
        }

        var of = fields.GroupBy(field => field.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        var route = context.Request.Query[StreamCaller.Route].ToString();
        var call = of.GetValueOrDefault("CallSid", "");
        if (call.Length == 0 || Twilio.RouteOf(route) is null)
        {
            Refuse(context, StatusCodes.Status404NotFound, call.Length == 0 ? "it names no call" : "there is no such route");
            return;
        }

        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (registry.Draining || calls.Count >= Twilio.MaxCalls)
        {
            await context.Response.WriteAsync(Twiml.Busy()).ConfigureAwait(false);
            return;
        }

        var caller = CallerOf(of);
        var note = Twilio.IsTelnyx ? "" : context.Request.Query[OutboundNote.Parameter].ToString();
        caller = note.Length > 0 ? caller with { Outbound = true } : caller;
        // "From" is then ours; the caller is whoever is talked to.
        caller = caller.Outbound ? caller with { Number = caller.Called, Called = caller.Number } : caller;
        var parameters = StreamCaller.Write(caller, route, note);
        parameters[StreamTokens.Parameter] = tokens.Mint(Twilio.IsTelnyx ? "" : call, parameters, Twilio.TokenLife, Twilio.IsTelnyx ? context.Request.Headers[TelnyxSignature.Header].ToString() : "");
        var stream = "ws" + address.Root(context)["http".Length..] + Twilio.Path;
        await context.Response.WriteAsync(Twiml.Stream(stream, parameters, Twilio.IsTelnyx)).ConfigureAwait(false);
    }

    private bool HasSecret => Twilio.IsTelnyx ? Twilio.PublicKey.Length > 0 : Twilio.AuthToken.Length > 0;

    private static CallerInfo CallerOf(Dictionary<string, string> of) => new()
    {
        Number = of.GetValueOrDefault("From", ""),
        Called = of.GetValueOrDefault("To", ""),
        Name = of.GetValueOrDefault("CallerName", ""),
        Outbound = of.GetValueOrDefault("Direction", "").StartsWith("outbound", StringComparison.OrdinalIgnoreCase),
        // Of a call made from here with machine detection: human, fax, machine_start, unknown.
        Attributes = of.GetValueOrDefault(AnsweredBy, "") is { Length: > 0 } by ? new Dictionary<string, string> { [StreamCaller.AnsweredBy] = by } : new Dictionary<string, string>(),
    };

    /// <summary>The form's fields, and whether they are signed; null for what is no form.</summary>
    private async Task<(List<KeyValuePair<string, string>>? Fields, bool Signed)> ReadForm(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength > MostBytes)
        {
            return (null, false);
        }

        var body = new byte[MostBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        if (length > MostBytes || FormFields.Read(body.AsSpan(0, length), MostFields) is not { } fields)
        {
            return (null, false);
        }

        var signed = !HasSecret ? PublicAddress.IsHere(context)
            : Twilio.IsTelnyx ? TelnyxSignature.Fits(Twilio.PublicKey, context.Request.Headers["telnyx-timestamp"], context.Request.Headers[TelnyxSignature.Header], body.AsSpan(0, length), host.Time)
            : IsSigned(context, fields);
        return (fields, signed);
    }

    private bool IsSigned(HttpContext context, IEnumerable<KeyValuePair<string, string>> fields) =>
        TwilioSignature.Fits(Twilio.AuthToken, address.Signed(context), fields, context.Request.Headers[SignatureHeader]);

    private void Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        host.Metrics.Rejected("bad_carrier_request");
        TwilioLog.Refused(logger, context.Request.Path, context.Connection.RemoteIpAddress?.ToString() ?? "", why);
    }
}
