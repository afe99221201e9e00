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

    [Theory]
    [InlineData(200, "audio/pcm", "ab", true, "answers 200 with audio/pcm")]
    [InlineData(200, "application/json", "{}", false, "no sound")]
    [InlineData(200, "audio/pcm", "", false, "nothing in it")]
    [InlineData(401, "application/json", "{}", false, "ApiKeyVariable")]
    [InlineData(404, "text/plain", "?", false, "BaseUrl")]
    [InlineData(500, "text/plain", "Out of memory.", false, "Out of memory.")]
    public async Task A_remote_voice_is_asked_for_a_word(int status, string type, string body, bool well, string words)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> asked = AnswerOnceAsync(listener, $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Arguments arguments = Arguments.Parse(["doctor", $"--Engines:Remote:Synthesis:studio:BaseUrl=http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1", "--Engines:Remote:Synthesis:studio:Model", "voice-1", "--Engines:Remote:Synthesis:studio:Voices:0=nova"]).Parsed!;
        Finding finding = Assert.Single(Remotes.Look(Remotes.Settings(arguments.Settings)));
        Assert.Equal("remote synthesis studio", finding.Subject);
        Assert.Equal(well ? Level.Ok : Level.Warn, finding.Level);
        Assert.Contains(words, $"{finding.Detail} {finding.Advice}", StringComparison.Ordinal);
        string request = await asked;
        Assert.StartsWith("POST /v1/audio/speech", request, StringComparison.Ordinal);
        Assert.Contains("\"voice\":\"nova\"", request, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_recogniser_that_is_not_there_is_a_warning_and_one_without_address_a_failure()
    {
        Dictionary<string, string> settings = new() { ["Recognition:BaseUrl"] = "http://127.0.0.1:1/v1", ["Recognition:Model"] = "ear-1", ["Synthesis:studio:Model"] = "x" };
        Finding[] findings = [.. Remotes.Look(settings)];
        Assert.Equal([Level.Warn, Level.Fail], findings.Select(f => f.Level));
        Assert.All(findings, f => Assert.NotNull(f.Advice));
        Assert.Empty(Remotes.Look(new Dictionary<string, string>()));
    }

    private static async Task<string> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        byte[] buffer = new byte[16_384];
        int read = 0;
        while (!System.Text.Encoding.ASCII.GetString(buffer, 0, read).Contains('}', StringComparison.Ordinal))
        {
            read += await socket.ReceiveAsync(buffer.AsMemory(read));
        }

        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        return System.Text.Encoding.ASCII.GetString(buffer, 0, read);
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
