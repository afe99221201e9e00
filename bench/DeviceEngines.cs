using System.Collections.Concurrent;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx;
using Conversation.Inference.Onnx.MiniLm;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Ports;
using Conversation.Models;
using Microsoft.Extensions.Logging;

namespace Conversation.Bench;

/// <summary>How the engines are loaded. <paramref name="Steady"/>: the fast voice without its random part. <paramref name="FallBackFrom"/>: see <see cref="MoonshineOptions"/>.</summary>
internal sealed record DeviceSetup(string Device, int Workers = 1, int RecognitionThreads = 1, int SynthesisThreads = 1, int SpeechWorkers = 1, bool Steady = false, int FallBackFrom = 100_000, string? Profile = null);

/// <summary>The models that may run on a device, loaded there and warmed. An engine that fell back to the CPU is an error here.</summary>
internal sealed class DeviceEngines : IDisposable
{
    private DeviceEngines()
    {
    }

    public required MoonshineRecognizer Recognizer { get; init; }

    public required VitsSynthesizer Fast { get; init; }

    /// <summary>Null where its weights are not there.</summary>
    public required KokoroSynthesizer? Expressive { get; init; }

    public required MiniLmEmbedder Embedder { get; init; }

    public IReadOnlyList<ILane> Lanes => [.. Recognizer.Lanes, .. Fast.Lanes, .. Expressive?.Lanes ?? [], Embedder.Lane];

    public static async Task<DeviceEngines> LoadAsync(DeviceSetup setup, ModelCatalog models)
    {
        using var log = new Warnings();
        var services = LaneServices.Quiet with { Loggers = log };
        var recognition = new DeviceOptions { Device = setup.Device, Threads = setup.RecognitionThreads };
        var synthesis = new DeviceOptions { Device = setup.Device, Threads = setup.SynthesisThreads, Profile = setup.Profile + "vits " };
        synthesis = setup.Profile is null ? synthesis with { Profile = null } : synthesis;
        var noise = setup.Steady ? 0f : new VitsOptions().Noise;
        var engines = new DeviceEngines
        {
            Recognizer = new MoonshineRecognizer(
                new MoonshineOptions
                {
                    Quick = Size("moonshine-tiny"),
                    Accurate = Size("moonshine-base"),
                    VocabularyPath = models.PathOf("llama-tokenizer", "llama-tokenizer.js"),
                    FallBackFrom = setup.FallBackFrom,
                },
                services),
            Fast = new VitsSynthesizer(
                new VitsOptions
                {
                    ModelPath = models.PathOf("vits-libritts", "model.onnx"),
                    TokensPath = models.PathOf("vits-libritts", "tokens.txt"),
                    Device = synthesis,
                    Lane = new LaneOptions { Name = "synthesis-fast", Workers = setup.SpeechWorkers, QueueCapacity = 100_000 },
                    Noise = noise,
                    RhythmNoise = setup.Steady ? 0 : new VitsOptions().RhythmNoise,
                },
                services),
            Expressive = !models.Has("kokoro-v1-fp16", "model.onnx") ? null : new KokoroSynthesizer(
                new KokoroOptions
                {
                    ModelPath = models.PathOf("kokoro-v1-fp16", "model.onnx"),
                    VoicesPath = models.DirectoryOf("kokoro-voices"),
                    Device = Named(synthesis, "kokoro "),
                    Lane = new LaneOptions { Name = "synthesis-expressive", Workers = setup.SpeechWorkers, QueueCapacity = 100_000 },
                },
                services),
            Embedder = new MiniLmEmbedder(
                new MiniLmOptions { ModelPath = models.PathOf("minilm", "model.onnx"), TokenizerPath = models.PathOf("minilm", "tokenizer.json"), Device = Named(synthesis, "minilm "), CacheEntries = 0 },
                services),
        };
        if (engines.Lanes.Where(lane => lane.Status.Device != setup.Device).Select(lane => lane.Status.Name).ToList() is { Count: > 0 } elsewhere)
        {
            engines.Dispose();
            throw new DeviceFellBackException($"{string.Join(", ", elsewhere)} did not load on {setup.Device}. {string.Join(" ", log.All)}");
        }

        await engines.Recognizer.WarmUpAsync(default);
        await engines.Fast.WarmUpAsync(default);
        await (engines.Expressive?.WarmUpAsync(default) ?? Task.CompletedTask);
        await engines.Embedder.WarmUpAsync(default);
        return engines;

        DeviceOptions Named(DeviceOptions device, string name) => device with { Profile = setup.Profile is null ? null : setup.Profile + name };

        MoonshineModelOptions Size(string artifact) => new()
        {
            EncoderPath = models.PathOf(artifact, "encoder_model.onnx"),
            DecoderPath = models.PathOf(artifact, "decoder_model_merged.onnx"),
            Device = Named(recognition, artifact + " "),
            Workers = setup.Workers,
            QueueCapacity = 100_000,
        };
    }

    public ISynthesizer? Synthesizer(string tier) => tier == "fast" ? Fast : Expressive;

    public void Dispose()
    {
        Recognizer.Dispose();
        Fast.Dispose();
        Expressive?.Dispose();
        Embedder.Dispose();
    }

    private sealed class Warnings : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<string> _all = new();

        public IEnumerable<string> All => _all.Distinct();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                _all.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>A model that was to run on the device runs on the CPU.</summary>
internal sealed class DeviceFellBackException(string message) : Exception(message);
