#pragma warning disable OPENAI001 // Its events are marked as experimental.
using System.ClientModel;
using Conversation.Audio;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Conversation.TestKit;
using Conversation.TestKit.Remote;
using OpenAI;
using OpenAI.Audio;

namespace Conversation.Inference.Tests.Remote;

/// <summary>OpenAI's own client asks the server of these tests the same: it must be understood, and what the engines send must be what it sends.</summary>
public sealed class OfficialClientTests : IAsyncDisposable
{
    private readonly AudioApiServer server = new();
    private readonly Rig rig = new(TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        rig.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Speech_is_asked_for_as_it_does()
    {
        var theirs = await Client("voice-1").GenerateSpeechAsync("Good day.", GeneratedSpeechVoice.Nova, new SpeechGenerationOptions { ResponseFormat = GeneratedSpeechFormat.Pcm, SpeedRatio = 1.25f });
        Assert.Equal(AudioApiServer.Speech("Good day."), theirs.Value.ToArray());
        using var ours = new RemoteSynthesizer("studio", new RemoteSynthesisOptions { BaseUrl = server.BaseUrl, Model = "voice-1", Voices = ["nova"] }, null, rig.Services);
        await ours.SynthesizeAsync(new SynthesisRequest("s", "", "nova", 1.25f) { Text = "Good day. " }, default);
        var (client, engine) = (server.Requests.First(), server.Requests.Last());
        Assert.Equal((client.Method, client.Path), (engine.Method, engine.Path));
        Assert.Equal("application/json", engine.Headers["content-type"]);
        var expected = client.Json.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString());
        Assert.Equal(expected, engine.Json.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString()));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("verbose_json")]
    public async Task A_transcription_is_asked_for_as_it_does(string format)
    {
        var samples = Enumerable.Range(0, 16_000).Select(i => 0.1f * MathF.Sin(i * 0.1f)).ToArray();
        using var wav = new MemoryStream(WavFile.Write(samples, 16_000));
        server.Script = format == "json" ? null : call => call.AnswerAsync(200, "application/json", """{"task":"transcribe","language":"english","duration":1.0,"text":"What the server heard.","segments":[]}""");
        var theirs = await Client("ear-1").TranscribeAudioAsync(wav, "speech.wav", new AudioTranscriptionOptions { Language = "en", Prompt = "Names: Åsa", ResponseFormat = format == "json" ? AudioTranscriptionFormat.Simple : AudioTranscriptionFormat.Verbose });
        Assert.Equal("What the server heard.", theirs.Value.Text);
        using var ours = new RemoteRecognizer(new FixedRecognizer("here"), new RemoteRecognitionOptions { BaseUrl = server.BaseUrl, Model = "ear-1", Language = "en", Prompt = "Names: Åsa", Format = format }, rig.Services);
        Assert.Equal("What the server heard.", (await ours.RecognizeAsync(samples, new RecognitionRequest("s", RecognitionTier.Accurate), default)).Text);
        var (client, engine) = (server.Requests.First(), server.Requests.Last());
        Assert.Equal((client.Method, client.Path), (engine.Method, engine.Path));
        var (expected, sent) = (client.Form(), engine.Form());
        Assert.Equal(expected.Keys.Order(), sent.Keys.Order());
        Assert.All(expected, field => Assert.Equal((field.Value.Value, field.Value.FileName), (sent[field.Key].Value, sent[field.Key].FileName)));
        Assert.Equal("audio/wav", sent["file"].Type);
    }

    [Fact]
    public async Task Events_of_a_transcription_are_such_as_it_reads()
    {
        server.Script = call => call.AnswerAsync(200, "text/event-stream", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Book \"}\n\ndata: {\"type\":\"transcript.text.delta\",\"delta\":\"it.\"}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":\"Book it.\"}\n\ndata: [DONE]\n\n");
        using var wav = new MemoryStream(WavFile.Write(new short[16_000], 16_000));
        var done = "";
        await foreach (var update in await Client("ear-1").TranscribeAudioStreamingAsync(wav, "speech.wav"))
        {
            done = update is StreamingAudioTranscriptionTextDoneUpdate { Text: var text } ? text : done;
        }

        Assert.Equal("Book it.", done);
        using var ours = new RemoteRecognizer(new FixedRecognizer("here"), new RemoteRecognitionOptions { BaseUrl = server.BaseUrl, Model = "ear-1", Stream = true }, rig.Services);
        Assert.Equal("Book it.", (await ours.RecognizeAsync(new float[16_000], new RecognitionRequest("s", RecognitionTier.Accurate), default)).Text);
        Assert.Equal(server.Requests.First().Form()["stream"].Value, server.Requests.Last().Form()["stream"].Value);
    }

    private AudioClient Client(string model) => new(model, new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(server.BaseUrl) });
}
