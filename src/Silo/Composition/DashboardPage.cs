using System.Net;
using Conversation.Silo.Options;
#if ORLEANS_DASHBOARD
using Orleans.Dashboard;
#endif

namespace Conversation.Silo.Composition;

/// <summary>Orleans' dashboard at <c>/dashboard</c>, where it is asked for and this build has it. It knows no passwords, so it answers this machine only, unless told otherwise.</summary>
internal static partial class DashboardPage
{
    private const string Path = "/dashboard";

    public static void Add(ISiloBuilder silo, SiloOptions options)
    {
#if ORLEANS_DASHBOARD
        if (options.Dashboard)
        {
            silo.AddDashboard();
        }
#endif
    }

    public static void Map(WebApplication app, SiloOptions options)
    {
        if (!options.Dashboard)
        {
            return;
        }

#if ORLEANS_DASHBOARD
        app.MapOrleansDashboard(Path).AddEndpointFilter((context, next) =>
        {
            var http = context.HttpContext;
            if (!options.DashboardRemote && !IsLocal(http))
            {
                return ValueTask.FromResult<object?>(TypedResults.NotFound());
            }

            // Its page styles itself inline, which ours may not.
            http.Response.Headers.ContentSecurityPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";
            return next(context);
        });
#else
        LogAbsent(app.Logger);
#endif
    }

    /// <summary>A browser on this machine, by a name of this machine (so that no page elsewhere can point its own name here), and through no proxy.</summary>
    internal static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && (http.Request.Host.Host is "localhost" || (IPAddress.TryParse(http.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !http.Request.Headers.ContainsKey("Forwarded") && !http.Request.Headers.ContainsKey("X-Forwarded-For");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo:Dashboard is set, but this build has no dashboard: the NuGet feed did not hold Microsoft.Orleans.Dashboard")]
    private static partial void LogAbsent(ILogger logger);
}
