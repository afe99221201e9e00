using Conversation.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace Conversation.Gateway.Tests.Options;

public sealed class ProgramTests
{
    [Fact]
    public void The_defaults_are_sound() =>
        Assert.True(new GatewayOptionsValidator().Validate(null, new GatewayOptions()).Succeeded);

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var result = new GatewayOptionsValidator().Validate(null, new GatewayOptions
        {
            Origins = ["talk.example", "https://ok.example", "https://path.example/x"],
            PagePath = "/no/such/folder",
            MaxConnections = 0,
            AudioRateFactor = double.NaN,
            KeepAlive = TimeSpan.FromSeconds(9),
            SpeakQueue = -1,
        });
        Assert.Equal(7, result.Failures!.Count());
        foreach (var name in new[] { "'talk.example'", "'https://path.example/x'", "PagePath", "MaxConnections", "AudioRateFactor", "KeepAlive", "SpeakQueue" })
        {
            Assert.Single(result.Failures!, fault => fault.Contains(name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Wrong_options_stop_the_start()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => Support.TestGateway.Start("--Gateway:MaxFaults", "0", "--Gateway:QueueEvents", "1"));
        Assert.Equal(2, fault.Failures.Count());
    }

    [Theory]
    [InlineData(0, "serve", "--help")]
    [InlineData(2, "'sing' is not a command here", "sing")]
    [InlineData(2, "Say which recording", "replay")]
    [InlineData(2, "There is no file /no/such", "replay", "/no/such")]
    [InlineData(2, "Gateway:MaxFaults is 0", "--Gateway:MaxFaults", "0")]
    public async Task Arguments_do_what_the_usage_says(int code, string says, params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(code, await GatewayProgram.Run(args, output, output));
        Assert.Contains(says, output.ToString(), StringComparison.Ordinal);
    }
}
