namespace Conversation.Dialog.Tests;

public sealed class DialogOptionsTests
{
    [Fact]
    public void DefaultsAreFine() => Assert.Empty(new DialogOptions().Validate());

    [Fact]
    public void EveryFaultIsNamedAtOnce()
    {
        var options = new DialogOptions
        {
            Responders = new()
            {
                ["bad name"] = new() { Type = "flow" },
                ["x"] = new() { Type = "gpt" },
                ["y"] = new() { Type = "openai", BaseUrl = "ftp://a", MaxTokens = 1, McpServers = new() { ["m"] = new() { Url = "nowhere", StartTimeoutMs = 1 }, ["n"] = new() { Command = "a", Url = "http://b" } } },
            },
        };

        var faults = options.Validate().ToArray();

        foreach (var setting in new[] { "Responders:bad name", "bad name:File", "x:Type", "y:Model", "y:BaseUrl", "y:MaxTokens", "McpServers:m:Url", "m:StartTimeoutMs", "McpServers:n needs" })
        {
            Assert.Contains(faults, f => f.Contains(setting, StringComparison.Ordinal));
        }

        Assert.Equal(9, faults.Length);
    }
}
