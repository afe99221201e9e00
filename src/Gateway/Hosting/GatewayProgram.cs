using Conversation.Gateway.Rest;
using Conversation.Gateway.Telemetry;
using Conversation.Sessions.Composition;
using Microsoft.Extensions.Options;

namespace Conversation.Gateway.Hosting;

/// <summary>The standalone program: what its arguments ask for, and an exit code (0 done, 1 failed, 2 wrong arguments or options).</summary>
internal static class GatewayProgram
{
    private const string DefaultUrl = "http://localhost:5080";

    private const string Usage = """
        Conversation gateway: serves the page, the session hub and the HTTP interface, with the sessions in this process.

          Conversation.Gateway [--urls URL] [--SECTION:SETTING VALUE ...]   serve; http://localhost:5080 unless told otherwise
          Conversation.Gateway replay FILE                                  play a recorded session through the core again and print its outputs
          Conversation.Gateway --help | --version

        Settings come from the command line, the environment (SECTION__SETTING) and appsettings.json. Often used:
          --Gateway:Origins:0 URL     a web page's origin, besides the gateway's own, that may use the hub
          --Gateway:PagePath FOLDER   the built page
          --Gateway:MaxConnections N  connections at once
          --Telemetry:OtlpEndpoint U  where to send metrics (OTLP over HTTP); nowhere unless told
        """;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        switch (args)
        {
            case ["--help" or "-h" or "help", ..]:
                await output.WriteLineAsync(Usage).ConfigureAwait(false);
                return 0;
            case ["--version"]:
                await output.WriteLineAsync(RestEndpoints.Version).ConfigureAwait(false);
                return 0;
            case ["replay", ..]:
                return await Replay(args, output, error).ConfigureAwait(false);
            case [var verb, ..] when !verb.StartsWith('-') && !verb.Contains('='):
                await error.WriteLineAsync($"'{verb}' is not a command here.\n\n{Usage}").ConfigureAwait(false);
                return 2;
        }

        try
        {
            await Serve(args).ConfigureAwait(false);
            return 0;
        }
        catch (OptionsValidationException fault)
        {
            await error.WriteLineAsync($"The settings are wrong:\n  {string.Join("\n  ", fault.Failures)}").ConfigureAwait(false);
            return 2;
        }
        catch (IOException fault)
        {
            // Weights that are not there, an address that is taken: told in words by whoever found it.
            await error.WriteLineAsync($"The gateway could not start: {fault.Message}").ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>The web application, not yet started.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? also = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        // A line for each request would drown what matters; appsettings or --Logging:LogLevel:... can ask for it.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddGateway(builder.Configuration);
        MetricsExport.AddTo(builder);
        also?.Invoke(builder);
        var app = builder.Build();
        MetricsExport.Begin(app);
        app.MapGateway();
        return app;
    }

    private static async Task Serve(string[] args)
    {
        var app = Build(args, builder => builder.Services.AddConversation(builder.Configuration));
        await using (app.ConfigureAwait(false))
        {
            await app.RunAsync().ConfigureAwait(false);
        }
    }

    private static async Task<int> Replay(string[] args, TextWriter output, TextWriter error)
    {
        if (args is not [_, var path] || !File.Exists(path))
        {
            await error.WriteLineAsync(args.Length == 2 ? $"There is no file {args[1]}." : "Say which recording: replay FILE").ConfigureAwait(false);
            return 2;
        }

        return Conversation.Sessions.Replay.Run(path, output);
    }
}
