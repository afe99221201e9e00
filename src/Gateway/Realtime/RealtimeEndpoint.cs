using System.Text.Json;
using System.Text.Json.Nodes;
using Conversation.Gateway.Hub;
using Conversation.Gateway.Realtime.Access;
using Conversation.Gateway.Realtime.Talk;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime;

/// <summary><c>/v1/realtime</c> and <c>/v1/realtime/client_secrets</c>: lets in, bounds how many, and hands over.</summary>
internal sealed partial class RealtimeEndpoint(
    ISessions sessions,
    Doorkeeper door,
    ClientSecrets secrets,
    OriginPolicy origins,
    ConnectionRegistry registry,
    GatewayOptions options,
    GatewayMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<RealtimeEndpoint> logger)
{
    public const string Path = "/v1/realtime";
    private const int MaxBody = 65_536;
    private int count;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var sockets = routes.CreateApplicationBuilder();
        sockets.UseWebSockets();
        sockets.Run(context => context.RequestServices.GetRequiredService<RealtimeEndpoint>().Connect(context));
        routes.MapGet(Path, sockets.Build()).ExcludeFromDescription();
        routes.MapPost(Path + "/client_secrets", (HttpContext context, RealtimeEndpoint endpoint) => endpoint.Mint(context))
            .WithSummary("An ephemeral key for a client of the Realtime dialect.").WithTags("realtime");
    }

    private static async Task Refuse(HttpContext context, int status, RealtimeError error)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new JsonObject { ["error"] = error.ToJson(null) }).ConfigureAwait(false);
    }

    private async Task Connect(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Refuse(context, StatusCodes.Status426UpgradeRequired, new RealtimeError("upgrade_required", "Connect to this with a WebSocket.")).ConfigureAwait(false);
            return;
        }

        var verdict = door.Judge(context);
        if (!verdict.Admitted)
        {
            metrics.Rejected("invalid_api_key");
            await Refuse(context, StatusCodes.Status401Unauthorized, Unauthorized()).ConfigureAwait(false);
            return;
        }

        // A page elsewhere could otherwise use what a browser on this machine may reach. A key of its own says that it may.
        if (verdict.Session is null && options.Realtime.Keys.Count == 0 && !origins.Allows(context.Request))
        {
            await Refuse(context, StatusCodes.Status403Forbidden, new RealtimeError("bad_origin", "This page's origin may not use this gateway; list it in Gateway:Origins.")).ConfigureAwait(false);
            return;
        }

        if (context.Request.Query.ContainsKey("call_id"))
        {
            await Refuse(context, StatusCodes.Status400BadRequest, RealtimeError.NotOffered("Joining a call", "call_id")).ConfigureAwait(false);
            return;
        }

        if (registry.Draining || Interlocked.Increment(ref count) > options.MaxConnections)
        {
            Interlocked.Add(ref count, registry.Draining ? 0 : -1);
            context.Response.Headers.RetryAfter = "5";
            await Refuse(context, StatusCodes.Status503ServiceUnavailable, new RealtimeError("busy", "The server takes no more connections now.") { Type = "server_error" }).ConfigureAwait(false);
            return;
        }

        metrics.Connected();
        registry.Guest(1);
        try
        {
            await Talk(context, verdict.Session).ConfigureAwait(false);
        }
        finally
        {
            metrics.Disconnected();
            registry.Guest(-1);
            Interlocked.Decrement(ref count);
        }
    }

    private async Task Talk(HttpContext context, SessionPatch? minted)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains("realtime") ? "realtime" : null,
            KeepAliveInterval = options.KeepAlive,
            // A line that is dead without a word: no pong, no client.
            KeepAliveTimeout = options.ClientTimeout,
        }).ConfigureAwait(false);
        var outbox = new Outbox(options.QueueEvents, time);
        var model = context.Request.Query["model"].ToString() is { Length: > 0 and <= 200 } named ? named : sessions.Catalog.Responders.FirstOrDefault() ?? "";
        var talk = new RealtimeTalk(sessions, options, time, outbox, model, logger, transcription: context.Request.Query["intent"] == "transcription");
        LogConnected(context.Connection.Id);
        await new RealtimeSocket(socket, talk, outbox, options, time, lifetime.ApplicationStopping).RunAsync(minted).ConfigureAwait(false);
        LogDisconnected(context.Connection.Id, talk.Over ?? "client");
    }

    private async Task Mint(HttpContext context)
    {
        if (!door.Judge(context).ByKey)
        {
            await Refuse(context, StatusCodes.Status401Unauthorized, Unauthorized()).ConfigureAwait(false);
            return;
        }

        var (seconds, patch, error) = await ReadMint(context).ConfigureAwait(false);
        var shape = new SessionShape(sessions.Catalog, sessions.Catalog.Responders.FirstOrDefault() ?? "");
        error ??= patch is null ? null : shape.Apply(patch, begun: false);
        var until = time.GetUtcNow().AddSeconds(seconds);
        var (value, refused) = error is null ? secrets.Mint(until, patch?.Fields ?? []) : (null, error);
        if (refused is not null)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, refused).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(new JsonObject { ["value"] = value, ["expires_at"] = until.ToUnixTimeSeconds(), ["session"] = shape.Json }).ConfigureAwait(false);
    }

    private static async Task<(int Seconds, SessionPatch? Patch, RealtimeError? Error)> ReadMint(HttpContext context)
    {
        const int usual = 600;
        using var body = new MemoryStream();
        var buffer = new byte[4_096];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MaxBody)
            {
                return (usual, null, RealtimeError.Invalid("body", $"at most {MaxBody} bytes"));
            }
        }

        if (body.Length == 0)
        {
            return (usual, null, null);
        }

        try
        {
            using var document = JsonDocument.Parse(body.ToArray(), new JsonDocumentOptions { MaxDepth = 32 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (usual, null, new RealtimeError("invalid_json", "The body is not a JSON object."));
            }

            var seconds = usual;
            if (root.TryGetProperty("expires_after", out var after) && after.ValueKind == JsonValueKind.Object && after.TryGetProperty("seconds", out var given)
                && (given.ValueKind != JsonValueKind.Number || !given.TryGetInt32(out seconds) || seconds is < 10 or > 7_200))
            {
                return (usual, null, RealtimeError.Invalid("expires_after.seconds", "10 to 7200"));
            }

            if (!root.TryGetProperty("session", out var session) || session.ValueKind == JsonValueKind.Null)
            {
                return (seconds, null, null);
            }

            var (patch, error) = session.ValueKind == JsonValueKind.Object ? SessionPatch.Parse(session) : (null, RealtimeError.Invalid("session", "an object"));
            return (seconds, patch, error);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (usual, null, new RealtimeError("invalid_json", "The body is not a JSON object."));
        }
    }

    private static RealtimeError Unauthorized() =>
        new("invalid_api_key", "No valid key was given. Send one of Gateway:Realtime:Keys, or a client secret, as 'Authorization: Bearer'; without keys, only clients on the gateway's own machine are let in.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Realtime connection {Connection} opened")]
    private partial void LogConnected(string connection);

    [LoggerMessage(Level = LogLevel.Information, Message = "Realtime connection {Connection} ended: {Reason}")]
    private partial void LogDisconnected(string connection, string reason);
}
