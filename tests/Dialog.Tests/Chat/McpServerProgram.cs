using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Conversation.Dialog.Tests.Chat;

/// <summary>A small real MCP server over standard input and output.</summary>
internal static class McpServerProgram
{
    public static async Task<int> Main(string[] args)
    {
        if (!args.Contains("--mcp"))
        {
            await Console.Error.WriteLineAsync("Run the tests with dotnet test.");
            return 1;
        }

        await using var transport = new StdioServerTransport("clinic-tools");
        await using var server = McpServer.Create(transport, new ModelContextProtocol.Server.McpServerOptions
        {
            ServerInfo = new Implementation { Name = "clinic-tools", Version = "1" },
            ToolCollection =
            [
                McpServerTool.Create((string name) => $"The waiting time at {name} is twelve minutes.", new McpServerToolCreateOptions { Name = "waiting_time", Description = "How long one waits at a clinic." }),
                McpServerTool.Create(() => "secret", new McpServerToolCreateOptions { Name = "not_allowed", Description = "A tool the settings leave out." }),
            ],
        });
        await server.RunAsync();
        return 0;
    }
}
