using System.Net;
using System.Net.Sockets;
using Conversation.Models.Commands;
using Conversation.Models.Doctor;
using Conversation.Models.Manifest;

namespace Conversation.Models.Tests;

public class DoctorTests
{
    [Theory]
    [InlineData("9.0.100 [/x]", true)]
    [InlineData("9.0.100 [/x]\n10.0.100 [/x]", false)]
    [InlineData(null, true)]
    public void An_old_SDK_is_a_failure(string? listed, bool fails) => Assert.Equal(fails ? Level.Fail : Level.Ok, Checkup.Sdk(listed).Level);

    [Theory]
    [InlineData("v18.19.0", true)]
    [InlineData("v20.18.1", true)]
    [InlineData("v20.19.0", false)]
    [InlineData("v22.11.0", true)]
    [InlineData("v22.12.0", false)]
    [InlineData("v24.1.0", false)]
    [InlineData(null, true)]
    public void An_old_Node_is_a_failure(string? version, bool fails) => Assert.Equal(fails ? Level.Fail : Level.Ok, Checkup.Node(version).Level);

    [Fact]
    public void A_port_in_use_is_noticed()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Finding finding = Checkup.Port(port);
        Assert.Equal(Level.Warn, finding.Level);
        Assert.Contains("--port", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_weights_fail_and_name_the_command()
    {
        ModelCatalog nowhere = new(Path.Combine(Path.GetTempPath(), "conversation-nowhere"));
        Finding[] findings = [.. Checkup.Run(ModelManifest.Embedded(), nowhere, new Arguments { Verb = "doctor", Port = 1 })];
        Finding weights = findings.Single(f => f.Subject == "weights, default");
        Assert.Equal(Level.Fail, weights.Level);
        Assert.Contains("./run --setup", weights.Advice, StringComparison.Ordinal);
        StringWriter output = new();
        Assert.Equal(1, Report.Write(findings, output));
        Assert.All(findings.Where(f => f.Level != Level.Ok), f => Assert.NotNull(f.Advice));
        Assert.Contains("fail  weights, default", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_selects_groups_and_artifacts()
    {
        ModelManifest manifest = ModelManifest.Embedded();
        Assert.Equal(["kokoro-v1-fp16", "kokoro-voices"], Chosen("pull", "expressive"));
        Assert.Equal(["kokoro-v1-fp16", "minilm"], Chosen("pull", "minilm", "expressive", "--without", "kokoro-voices"));
        Assert.Equal(11, Chosen("pull").Length);
        Assert.NotNull(Selection.Of(manifest, Arguments.Parse(["pull", "minilmm"]).Parsed!, "linux-x64").Fault);
        Assert.NotNull(Arguments.Parse(["pull", "--odd"]).Fault);
        Assert.NotNull(Arguments.Parse(["doctor", "--port", "70000"]).Fault);

        string[] Chosen(params string[] line) => [.. Selection.Of(manifest, Arguments.Parse(line).Parsed!, "linux-x64").Artifacts.Select(a => a.Id).Order()];
    }
}
