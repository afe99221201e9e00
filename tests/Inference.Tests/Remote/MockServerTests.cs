using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Conversation.TestKit.Remote;

namespace Conversation.Inference.Tests.Remote;

/// <summary>Against a server that nobody here wrote: npm's @copilotkit/aimock, unmodified. Runs where CONVERSATION_AIMOCK names its dist/cli.js.</summary>
public sealed class MockServerTests : IDisposable
{
    private const int Port = 40_217;
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-aimock-").FullName;
    private readonly Rig rig = new(TimeProvider.System);
    private Process? server;

    public void Dispose()
    {
        server?.Kill(entireProcessTree: true);
        server?.Dispose();
        rig.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [MockServerFact]
    public async Task It_speaks_and_hears_by_the_same_wire()
    {
        var speech = AudioApiServer.Speech("Good day.");
        await StartAsync(new { match = new { endpoint = "speech" }, response = new { audio = Convert.ToBase64String(speech), format = "pcm" } }, new { match = new { endpoint = "transcription", model = "ear-1" }, response = new { transcription = new { text = "Book a table for two." } } });
        using var voice = new RemoteSynthesizer("studio", new RemoteSynthesisOptions { BaseUrl = $"http://127.0.0.1:{Port}/v1", Model = "voice-1", Voices = ["nova"], FirstByteWithin = TimeSpan.FromSeconds(20) }, null, rig.Services);
        var spoken = await voice.SynthesizeAsync(new SynthesisRequest("s", "", "nova", 1.5f) { Text = "Good day." }, default);
        Assert.Equal((speech.Length / 2, 24_000), (spoken.Samples.Length, spoken.SampleRate));

        foreach (var (format, stream) in new[] { ("json", false), ("verbose_json", false), ("json", true) })
        {
            using var ears = new RemoteRecognizer(new FixedRecognizer("here"), new RemoteRecognitionOptions { BaseUrl = $"http://127.0.0.1:{Port}/v1", Model = "ear-1", Format = format, Stream = stream, Language = "en", Deadline = TimeSpan.FromSeconds(10) }, rig.Services);
            Assert.Equal("Book a table for two.", (await ears.RecognizeAsync(new float[16_000], new RecognitionRequest("s", RecognitionTier.Accurate), default)).Text);
        }

        // Of another model it knows nothing, and says so with 404 and an error in JSON.
        using var unknown = new RemoteRecognizer(new FixedRecognizer("here"), new RemoteRecognitionOptions { BaseUrl = $"http://127.0.0.1:{Port}/v1", Model = "ear-2", Deadline = TimeSpan.FromSeconds(10) }, rig.Services);
        Assert.Equal("here", (await unknown.RecognizeAsync(new float[16_000], new RecognitionRequest("s", RecognitionTier.Accurate), default)).Text);
        Assert.Equal(1, rig.Fallbacks("not_found"));
        Assert.Contains("No fixture matched", unknown.Degraded, StringComparison.Ordinal);
    }

    private async Task StartAsync(params object[] fixtures)
    {
        var file = Path.Combine(folder, "audio.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { fixtures }));
        server = Process.Start(new ProcessStartInfo("node", [MockServerFactAttribute.Program!, "--port", $"{Port}", "--fixtures", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", Port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class MockServerFactAttribute : FactAttribute
{
    public MockServerFactAttribute() => Skip = File.Exists(Program) ? null : "CONVERSATION_AIMOCK names no dist/cli.js of npm's @copilotkit/aimock.";

    public static string? Program => Environment.GetEnvironmentVariable("CONVERSATION_AIMOCK");
}
