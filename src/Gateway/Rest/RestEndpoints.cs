using System.Reflection;
using System.Runtime.InteropServices;
using Conversation.Gateway.Hub;
using Conversation.Gateway.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Rest;

/// <summary>The plain HTTP side: health, catalogue, version, speech.</summary>
internal static class RestEndpoints
{
    /// <summary>Version of this build.</summary>
    public static string Version { get; } =
        typeof(RestEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (Delegate)Ready).WithSummary("Whether calls can be taken, and if not, what is awaited.").WithTags("health").Produces<HealthReport>().Produces<HealthReport>(503);
        routes.MapGet("/health/ready", (Delegate)Ready).WithSummary("As /health, for a load balancer.").WithTags("health").Produces<HealthReport>().Produces<HealthReport>(503);
        routes.MapGet("/health/live", () => TypedResults.Ok(new HealthReport("live", [], [], null, Version))).WithSummary("That the process answers.").WithTags("health");
        routes.MapGet("/api/version", () => TypedResults.Ok(new VersionReport("Conversation", Version, OpenRequest.Versions, RuntimeInformation.FrameworkDescription))).WithSummary("Versions of this build and of the session protocol.").WithTags("about");
        routes.MapGet("/api/catalog", (Delegate)Catalog).WithSummary("Tiers, voices and responders to choose from.").WithTags("about").Produces<SessionCatalog>();
        routes.MapPost("/api/speak", (HttpContext context, SpeakEndpoint speak) => speak.Handle(context, context.RequestServices.GetService<ISpeechService>()))
            .WithSummary("Speaks a text: WAV, PCM16 mono.").WithTags("speech")
            .Accepts<SpeakRequest>("application/json").Produces(200, contentType: "audio/wav")
            .ProducesProblem(400).ProducesProblem(429).ProducesProblem(503);
    }

    private static string[] Pending(HttpContext context) => [.. context.RequestServices.GetServices<IReadiness>().SelectMany(part => part.Pending)];

    private static string[] Degraded(HttpContext context) => [.. context.RequestServices.GetServices<IReadiness>().SelectMany(part => part.Degraded)];

    private static IResult Catalog(HttpContext context, ISessions sessions) => Pending(context) is { Length: > 0 } pending
        ? Problems.From(new SessionFault("starting", $"The server is starting: {string.Join("; ", pending)}. Try again in a few seconds."), StatusCodes.Status503ServiceUnavailable)
        : TypedResults.Json(sessions.Catalog, WireJson.Events.SessionCatalog);

    private static IResult Ready(HttpContext context, ConnectionRegistry registry)
    {
        var pending = Pending(context);
        var (status, code) = registry.Draining ? ("stopping", 503) : pending.Length > 0 ? ("starting", 503) : ("ready", 200);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new HealthReport(status, pending, Degraded(context), registry.Count, Version), statusCode: code);
    }
}

/// <summary>Status: live, starting, ready or stopping; what is awaited; what does not work as set up though calls can be taken; connections open now.</summary>
internal sealed record HealthReport(string Status, IReadOnlyList<string> Pending, IReadOnlyList<string> Degraded, int? Connections, string Version);

/// <summary>What this is.</summary>
internal sealed record VersionReport(string Name, string Version, IReadOnlyList<int> Protocol, string Runtime);
