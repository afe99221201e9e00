using System.Security.Cryptography;
using System.Text;
using Conversation.Gateway.Hub;
using Conversation.Gateway.Rest;
using Conversation.Gateway.Telephony.Answering;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Outbound;

/// <summary>Begins calls: <c>POST /v1/calls</c>, behind a key.</summary>
internal sealed partial class OutboundEndpoint(GatewayOptions options, IEnumerable<IOutboundCarrier> carriers, OutboundBook book, ConnectionRegistry registry, TimeProvider time, ILogger<OutboundEndpoint> logger)
{
    /// <summary>The path.</summary>
    public const string Path = "/v1/calls";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Queue<long> begun = new();

    /// <summary>Maps it, where there is a key.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<GatewayOptions>().Outbound.Keys.Count > 0)
        {
            var endpoint = routes.ServiceProvider.GetRequiredService<OutboundEndpoint>();
            routes.MapPost(Path, (Delegate)endpoint.Serve).WithSummary("Calls somebody.").WithTags("calls")
                .Produces<OutboundStarted>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(429).ProducesProblem(502).ProducesProblem(503);
            routes.MapGet(Path + "/{id}", (Delegate)endpoint.Show).WithSummary("Tells of a call begun here.").WithTags("calls")
                .Produces<OutboundStatus>().ProducesProblem(401).ProducesProblem(404);
        }
    }

    private IResult Show(string id, HttpContext context) =>
        !MayCall(context.Request.Headers.Authorization) ? NoKey()
        : book.Find(id) is { } call ? TypedResults.Json(call)
        : Problems.From(new SessionFault("unknown_call", "No such call was begun here, or it is too long ago.", "id"), StatusCodes.Status404NotFound);

    private static IResult NoKey() =>
        Problems.From(new SessionFault("invalid_api_key", "Show one of Gateway:Outbound:Keys as 'Authorization: Bearer'."), StatusCodes.Status401Unauthorized);

    private async Task<IResult> Serve(HttpContext context)
    {
        if (!MayCall(context.Request.Headers.Authorization))
        {
            return NoKey();
        }

        if (await ReadBody(context).ConfigureAwait(false) is not { } body)
        {
            return Problems.From(new SessionFault("too_large", $"The body holds more than {OutboundRequest.MostBytes} bytes."), StatusCodes.Status413PayloadTooLarge);
        }

        var (name, call, fault) = OutboundRequest.Read(body, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)));
        if (call is null)
        {
            return Problems.From(fault!, StatusCodes.Status400BadRequest);
        }

        if (options.Outbound.Prefixes.Count > 0 && !options.Outbound.Prefixes.Any(prefix => call.To.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return Problems.From(new SessionFault("number_not_allowed", "Numbers that begin so may not be called from here; see Gateway:Outbound:Prefixes.", "to"), StatusCodes.Status400BadRequest);
        }

        if (carriers.FirstOrDefault(one => one.Enabled && one.Name == name) is not { } carrier)
        {
            return Problems.From(new SessionFault("unknown_carrier", $"This gateway calls by {(carriers.Any(one => one.Enabled) ? string.Join(", ", carriers.Where(one => one.Enabled).Select(one => one.Name)) : "no carrier")}.", "carrier"), StatusCodes.Status404NotFound);
        }

        if (carrier.RouteOf(call.Route) is not { } route)
        {
            return Problems.From(new SessionFault("unknown_route", $"{carrier.Name} has no such route.", "route"), StatusCodes.Status404NotFound);
        }

        if (registry.Draining || !Begin())
        {
            context.Response.Headers.RetryAfter = "10";
            return registry.Draining
                ? Problems.From(new SessionFault("stopping", "This gateway is stopping."), StatusCodes.Status503ServiceUnavailable)
                : Problems.From(new SessionFault("too_many_calls", "As many calls were begun in this minute as may be; see Gateway:Outbound:PerMinute."), StatusCodes.Status429TooManyRequests);
        }

        if (call.DetectMachine)
        {
            call = call with { Attributes = AnswerPlan.Write(call.Attributes, call.Id, call.WhenMachine ?? route.WhenMachine ?? options.Outbound.Answering.WhenMachine) };
        }

        book.Begun(new OutboundStatus(call.Id, carrier.Name, ""));
        // Not cancelled with the request: whoever asked and left would not know whether somebody is being called.
        var result = await carrier.CallAsync(call, CancellationToken.None).ConfigureAwait(false);
        if (result.Fault is { } refused)
        {
            book.Refused(call.Id);
            LogRefused(call.Id, carrier.Name, refused.Code);
            return Problems.From(refused, refused.Code == "carrier_unavailable" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status502BadGateway);
        }

        book.Named(call.Id, result.CallId ?? "");
        LogBegun(call.Id, carrier.Name, result.CallId ?? "");
        return TypedResults.Json(new OutboundStarted(call.Id, carrier.Name, result.CallId ?? ""), statusCode: StatusCodes.Status201Created);
    }

    private bool MayCall(string? authorization)
    {
        const string scheme = "Bearer ";
        if (authorization?.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return false;
        }

        // Hashed first, so that neither length nor place of the first difference can be timed.
        var shown = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[scheme.Length..].Trim()));
        return options.Outbound.Keys.Count(key => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), shown)) > 0;
    }

    private bool Begin()
    {
        lock (begun)
        {
            var now = time.GetTimestamp();
            while (begun.TryPeek(out var first) && time.GetElapsedTime(first, now) >= Minute)
            {
                begun.Dequeue();
            }

            if (begun.Count >= options.Outbound.PerMinute)
            {
                return false;
            }

            begun.Enqueue(now);
            return true;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBody(HttpContext context)
    {
        var buffer = new byte[OutboundRequest.MostBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        return length > OutboundRequest.MostBytes ? null : buffer.AsMemory(0, length);
    }

    [LoggerMessage(90, LogLevel.Information, "Outbound call {Id} by {Carrier} begun as {CallId}")]
    private partial void LogBegun(string id, string carrier, string callId);

    [LoggerMessage(91, LogLevel.Warning, "Outbound call {Id} by {Carrier} refused: {Code}")]
    private partial void LogRefused(string id, string carrier, string code);
}

/// <summary>A call begun: this side's name for it, the carrier, and the carrier's name for it.</summary>
internal sealed record OutboundStarted(string Id, string Carrier, string CallId);
