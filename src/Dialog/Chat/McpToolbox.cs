using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;

namespace Conversation.Dialog.Chat;

/// <summary>The tools of a responder's MCP servers. The servers live as long as it does.</summary>
internal sealed partial class McpToolbox : IAsyncDisposable
{
    private readonly List<McpClient> _clients = [];

    private McpToolbox()
    {
    }

    public List<AIFunction> Tools { get; } = [];

    /// <exception cref="ArgumentException">A server does not start; the message names its setting.</exception>
    public static async Task<McpToolbox> StartAsync(string responder, IReadOnlyDictionary<string, McpServerOptions> servers, ILoggerFactory logging, CancellationToken cancellation)
    {
        var toolbox = new McpToolbox();
        var log = logging.CreateLogger<McpToolbox>();
        foreach (var (name, server) in servers)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(server.StartTimeoutMs);
            try
            {
                var client = await McpClient.CreateAsync(Transport(name, server, logging), loggerFactory: logging, cancellationToken: limit.Token).ConfigureAwait(false);
                toolbox._clients.Add(client);
                var tools = await client.ListToolsAsync(cancellationToken: limit.Token).ConfigureAwait(false);
                toolbox.Tools.AddRange(tools.Where(t => server.Tools.Count == 0 || server.Tools.Contains(t.Name)));
                LogStarted(log, name, tools.Count);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                await toolbox.DisposeAsync().ConfigureAwait(false);
                throw new ArgumentException($"Dialog:Responders:{responder}:McpServers:{name} does not start: {e.Message}", e);
            }
        }

        return toolbox;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IClientTransport Transport(string name, McpServerOptions server, ILoggerFactory logging)
    {
        if (server.Command is { } command)
        {
            return new StdioClientTransport(new StdioClientTransportOptions { Name = name, Command = command, Arguments = [.. server.Arguments], EnvironmentVariables = server.Environment }, logging);
        }

        var options = new HttpClientTransportOptions { Name = name, Endpoint = new Uri(server.Url!) };
        if (server.TokenVariable is { } variable && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } token)
        {
            options.AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
        }

        return new HttpClientTransport(options, logging);
    }

    [LoggerMessage(1, LogLevel.Information, "MCP server {Server} offers {Count} tools")]
    private static partial void LogStarted(ILogger log, string server, int count);
}
