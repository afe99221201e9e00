using System.Reflection;
using Conversation.Gateway;
using Conversation.Gateway.Hosting;
using Conversation.Silo.Composition;
using Conversation.Silo.Options;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Runtime;

namespace Conversation.Silo.Hosting;

/// <summary>The silo as a program: what its arguments ask for, and an exit code (0 done, 1 failed, 2 wrong arguments or options).</summary>
internal static class SiloProgram
{
    private const string Usage = """
        Conversation silo: hosts sessions and models as Orleans grains, and serves the page, the session hub and the HTTP interface.

          Conversation.Silo [--urls URL] [--SECTION:SETTING VALUE ...]   serve; http://localhost:5080 unless told otherwise
          Conversation.Silo --help | --version

        Settings come from the command line, the environment (SECTION__SETTING) and appsettings.json. By itself it needs none. In a cluster:
          --Silo:Clustering postgres        find the other silos in PostgreSQL
          --Silo:ConnectionString TEXT      Host=…;Username=…;Password=…;Database=…
          --Silo:Address IP                 where the other silos reach this one
          --Silo:SiloPort N                 the port for them (11111)
          --Silo:Inference off              no models here: the other silos compute
          --Silo:DrainWithin HH:MM:SS       how long a stop may take to move sessions to other silos (00:01:00)
          --Silo:Dashboard true             Orleans' dashboard at /dashboard, for this machine only
          --Gateway:Origins:0 URL           a web page's origin, besides the gateway's own, that may use the hub
        """;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        switch (args)
        {
            case ["--help" or "-h" or "help", ..]:
                await output.WriteLineAsync(Usage).ConfigureAwait(false);
                return 0;
            case ["--version"]:
                await output.WriteLineAsync(typeof(SiloProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").ConfigureAwait(false);
                return 0;
            case [var verb, ..] when !verb.StartsWith('-') && !verb.Contains('='):
                await error.WriteLineAsync($"'{verb}' is not a command here.\n\n{Usage}").ConfigureAwait(false);
                return 2;
        }

        try
        {
            var app = Build(args);
            await using (app.ConfigureAwait(false))
            {
                await app.RunAsync().ConfigureAwait(false);
            }

            return 0;
        }
        catch (OptionsValidationException fault)
        {
            await error.WriteLineAsync($"The settings are wrong:\n  {string.Join("\n  ", fault.Failures)}").ConfigureAwait(false);
            return 2;
        }
        catch (Exception fault) when (WhyNotStarted(fault) is { } why)
        {
            await error.WriteLineAsync($"The silo could not start: {why}").ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>The web application with a silo in it, not yet started. Throws <see cref="OptionsValidationException"/> with every fault at once.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? sessions = null)
    {
        var app = GatewayProgram.Build(args, builder => builder.AddSilo(ReadOptions(builder.Configuration), sessions));
        DashboardPage.Map(app, app.Services.GetRequiredService<SiloOptions>());
        return app;
    }

    private static SiloOptions ReadOptions(IConfiguration configuration)
    {
        try
        {
            var options = configuration.GetSection("Silo").Get<SiloOptions>() ?? new SiloOptions();
            var gateway = new GatewayOptionsValidator().Validate(null, configuration.GetSection("Gateway").Get<GatewayOptions>() ?? new GatewayOptions());
            string[] faults = [.. options.Validate(), .. gateway.Failures ?? []];
            return faults.Length == 0 ? options : throw new OptionsValidationException("Silo", typeof(SiloOptions), faults);
        }
        catch (InvalidOperationException fault)
        {
            // The binder's: a number or a duration that cannot be read.
            throw new OptionsValidationException("Silo", typeof(SiloOptions), [fault.InnerException is { } inner ? $"{fault.Message} {inner.Message}" : fault.Message]);
        }
    }

    /// <summary>In words where the reason lies outside: weights that are not there, an address that is taken, a database that refuses.</summary>
    private static string? WhyNotStarted(Exception fault) => fault switch
    {
        SiloStartException or IOException => fault.Message,
        OrleansConfigurationException => fault.Message,
        NpgsqlException => $"PostgreSQL: {fault.Message}",
        System.Net.Sockets.SocketException => $"{fault.Message} (Silo:Address, Silo:SiloPort).",
        AggregateException { InnerExceptions: [var one] } => WhyNotStarted(one),
        OrleansException { InnerException: { } inner } => WhyNotStarted(inner) ?? fault.Message,
        _ => null,
    };
}
