using Conversation.Inference.Kaldi;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx;
using Conversation.Inference.Onnx.MiniLm;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Conversation.Models;
using Conversation.Speech;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Composition;

/// <summary>The loaded models of this process, warmed so that the first caller pays nothing.</summary>
internal sealed class Engines : IDisposable
{
    private readonly List<IDisposable> owned = [];

    private Engines()
    {
    }

    /// <summary>What the sessions use, here or elsewhere.</summary>
    public required DevicePorts Ports { get; init; }

    public required ITextEmbedder Embedder { get; init; }

    public required ISpeaker Speaker { get; init; }

    public required IReadOnlyList<TierInfo> Tiers { get; init; }

    public required RemoteEngines Remote { get; init; }

    public static async Task<Engines> LoadAsync(ConversationOptions options, ModelCatalog models, LaneServices services, RemoteMetrics remotes, IPortRouting routing, CancellationToken cancellation)
    {
        var e = options.Engines;
        var local = e.Lanes ? DeviceAsync(options, e.Device, models, services, cancellation) : null;
        var embedder = Task.Run(() => new MiniLmEmbedder(new MiniLmOptions { ModelPath = models.PathOf("minilm", "model.onnx"), TokenizerPath = models.PathOf("minilm", "tokenizer.json") }, services), cancellation);
        var unseen = Task.Run(() => new DeepPhonemizer(models.PathOf("deep-phonemizer", "deep-phonemizer.onnx"), models.PathOf("deep-phonemizer", "tokenizer.json"), services.Loggers.CreateLogger<DeepPhonemizer>()), cancellation);
        await Task.WhenAll(local ?? Task.CompletedTask, embedder, unseen).ConfigureAwait(false);

        var own = local is null ? null : await local.ConfigureAwait(false);
        var spare = own is null || own.Device == "cpu" ? (Func<CancellationToken, Task<DevicePorts>>?)null : stop => DeviceAsync(options, "cpu", models, services, stop);
        var routed = await routing.RouteAsync(new LocalPorts(own, spare), cancellation).ConfigureAwait(false);
        var remote = new RemoteEngines(e.Remote, routed, new RemoteServices(remotes, services.Loggers, services.Time));
        var ports = remote.Ports;
        var speaking = options.Speech with { DictionaryPath = models.PathOf("cmudict-kokoro", "en-us.txt") };
        var speaker = new Speaker(speaking, ports.Synthesizers, await unseen.ConfigureAwait(false), services.Time, services.Loggers.CreateLogger<Speaker>());
        await speaker.WarmUpAsync(24_000, cancellation).ConfigureAwait(false);
        var engines = new Engines
        {
            Ports = ports,
            Embedder = await embedder.ConfigureAwait(false),
            Speaker = speaker,
            Remote = remote,
            Tiers = [.. ports.Synthesizers.Select(t => new TierInfo(t.Key, remote.NameOf(t.Key) ?? Names[t.Key], [.. t.Value.Voices.Select(v => new VoiceInfo(v.Id, v.Name, v.Language))]))],
        };
        engines.owned.AddRange(new object?[] { remote, routed, own, engines.Embedder, speaker, await unseen.ConfigureAwait(false) }.OfType<IDisposable>().Distinct());
        return engines;
    }

    public void Dispose()
    {
        foreach (var engine in owned)
        {
            engine.Dispose();
        }
    }

    private static readonly Dictionary<string, string> Names = new() { ["fast"] = "Fast", ["expressive"] = "Expressive" };

    private static async Task<DevicePorts> DeviceAsync(ConversationOptions options, string device, ModelCatalog models, LaneServices services, CancellationToken cancellation)
    {
        var e = options.Engines with { Device = device };
        var voiceActivity = Task.Run(() => new SileroVoiceActivity(new SileroOptions { ModelPath = models.PathOf("silero-vad-v6", "silero_vad_v6.onnx"), MaxStreams = options.Sessions.MaxSessions + 16 }, services), cancellation);
        var recognizer = Task.Run(() => Recognition(e, models, services, cancellation), cancellation);
        var tiers = Task.Run(() => SynthesisAsync(e, models, services, cancellation), cancellation);
        var speakers = Task.Run(() => SpeakersAsync(e, models, services, cancellation), cancellation);
        await Task.WhenAll(voiceActivity, recognizer, tiers, speakers).ConfigureAwait(false);
        var recognition = await recognizer.ConfigureAwait(false);
        return new DevicePorts
        {
            Device = recognition.Lanes.Any(lane => lane.Status.Device == device) ? device : "cpu",
            VoiceActivity = await voiceActivity.ConfigureAwait(false),
            Recognizer = recognition,
            Synthesizers = await tiers.ConfigureAwait(false),
            Speakers = await speakers.ConfigureAwait(false),
        };
    }

    private static async Task<ISpeakerEmbedder?> SpeakersAsync(EngineOptions e, ModelCatalog models, LaneServices services, CancellationToken cancellation)
    {
        if (!e.Speaker || !models.Has("speaker-xvector", "final.ext.raw"))
        {
            return null;
        }

        var speakers = new SpeakerEmbedder(new SpeakerOptions { Directory = models.DirectoryOf("speaker-xvector") }, services);
        await speakers.WarmUpAsync(cancellation).ConfigureAwait(false);
        return speakers;
    }

    private static async Task<MoonshineRecognizer> Recognition(EngineOptions e, ModelCatalog models, LaneServices services, CancellationToken cancellation)
    {
        var recognizer = new MoonshineRecognizer(
            new MoonshineOptions
            {
                Quick = Size("moonshine-tiny"),
                Accurate = Size("moonshine-base"),
                VocabularyPath = models.PathOf("llama-tokenizer", "llama-tokenizer.js"),
            },
            services);
        await recognizer.WarmUpAsync(cancellation).ConfigureAwait(false);
        return recognizer;

        MoonshineModelOptions Size(string artifact) => new()
        {
            EncoderPath = models.PathOf(artifact, "encoder_model.onnx"),
            DecoderPath = models.PathOf(artifact, "decoder_model_merged.onnx"),
            Device = new DeviceOptions { Device = e.Device, Threads = e.RecognitionThreads },
            Workers = e.RecognitionWorkers,
        };
    }

    private static async Task<Dictionary<string, ISynthesizer>> SynthesisAsync(EngineOptions e, ModelCatalog models, LaneServices services, CancellationToken cancellation)
    {
        var device = new DeviceOptions { Device = e.Device, Threads = e.SynthesisThreads };
        var vits = new VitsOptions { ModelPath = models.PathOf("vits-libritts", "model.onnx"), TokensPath = models.PathOf("vits-libritts", "tokens.txt"), Device = device };
        var fast = new VitsSynthesizer(vits with { Noise = vits.Noise * e.Variation, RhythmNoise = vits.RhythmNoise * e.Variation }, services);
        await fast.WarmUpAsync(cancellation).ConfigureAwait(false);
        var tiers = new Dictionary<string, ISynthesizer> { ["fast"] = fast };
        if (e.Expressive && models.Has("kokoro-v1-fp16", "model.onnx"))
        {
            var expressive = new KokoroSynthesizer(new KokoroOptions { ModelPath = models.PathOf("kokoro-v1-fp16", "model.onnx"), VoicesPath = models.DirectoryOf("kokoro-voices"), Device = device }, services);
            await expressive.WarmUpAsync(cancellation).ConfigureAwait(false);
            tiers["expressive"] = expressive;
        }

        return tiers;
    }
}
