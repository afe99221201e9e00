using Conversation.Dialog.Chat;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Dialog.Tests.Chat;

public sealed class McpToolboxTests
{
    [Fact]
    public async Task AModelUsesAToolOfARealServer()
    {
        using var server = new WireServer(
            WireServer.Stream(Wire.OpenAiTool("waiting_time", "{\"name\":\"Maple Street\"}")),
            WireServer.Stream(Wire.OpenAiText("About twelve minutes.")));
        var options = new DialogOptions
        {
            Responders = new() { ["model"] = new() { Type = "openai", Model = "m", BaseUrl = server.Url + "v1", McpServers = new() { ["clinic"] = Self(["waiting_time"]) } } },
        };
        await using var responders = await Responders.LoadAsync(options, new Flows.BagOfWords(), NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);

        var said = "";
        await foreach (var part in responders["model"].RespondAsync(new DialogTurn { Session = "s", Kind = Core.ReplyKind.Answer, UserText = "How long?", History = [], Committed = Task.CompletedTask, Time = new FixedTime() }, CancellationToken.None))
        {
            said += (part as ReplyPart.Text)?.Delta;
        }

        Assert.EndsWith("About twelve minutes.", said);
        Assert.Contains("waiting_time", server.Requests.First().Body);
        Assert.DoesNotContain("not_allowed", server.Requests.First().Body);
        Assert.Contains("The waiting time at Maple Street is twelve minutes.", server.Requests.Last().Body);
    }

    [Fact]
    public async Task AServerThatDoesNotStartNamesItsSetting()
    {
        var servers = new Dictionary<string, McpServerOptions> { ["gone"] = new() { Command = "no-such-program-anywhere", StartTimeoutMs = 5000 } };
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => McpToolbox.StartAsync("model", servers, NullLoggerFactory.Instance, CancellationToken.None));
        Assert.Contains("Dialog:Responders:model:McpServers:gone", fault.Message);
    }

    private static McpServerOptions Self(string[] tools) =>
        new() { Command = "dotnet", Arguments = [typeof(McpToolboxTests).Assembly.Location, "--mcp"], StartTimeoutMs = 60_000, Tools = tools };
}
