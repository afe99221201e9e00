using Conversation.Audio;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.MiniLm;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Inference.Tests.Onnx;

/// <summary>The real engines, loaded once for all tests, and speech to feed them: made by the platform's own fast voice.</summary>
public sealed class Engines : IAsyncLifetime
{
    public const string Text = "I would like to book an appointment for next Tuesday morning, please.";
    private const string Phonemes = "ˈI wˈʊd lˈIk tə bˈʊk ən əpˈYntmənt fɔɹ nˈɛkst tˈuzdˌA mˈɔɹnɪŋ, plˈiz.";
    private static readonly string[] NumberPhonemes =
    [
        "nˈIn nˈIn nˈIn, ˈAt ˈAt ˈAt, sˈɛvən sˈɛvən sˈɛvən.", "sˈɛvən, sˈɛvən, sˈɛvən, wˈʌn, wˈʌn, zˈɪɹO, tˈu.",
        "wˈʌn, tˈu, θɹˈi, fˈɔɹ, fˈIv, sˈɪks, sˈɛvən, ˈAt, nˈIn, tˈɛn, ɪlˈɛvən, twˈɛlv.", "sˈɪks sˈɪks wˈʌn, zˈɪɹO θɹˈi zˈɪɹO, fˈɔɹ fˈɔɹ ˈAt, nˈIn wˈʌn tˈu.",
    ];

    private const string YesPhonemes = "jˈɛs, plˈiz.";

    public static SileroOptions Silero { get; } = new() { ModelPath = Weights.File("silero-vad-v6", "silero_vad_v6.onnx") };

    public static MiniLmOptions MiniLm { get; } = new() { ModelPath = Weights.File("minilm", "model.onnx"), TokenizerPath = Weights.File("minilm", "tokenizer.json") };

    public static MoonshineOptions Moonshine { get; } = new()
    {
        Quick = Model("tiny"),
        Accurate = Model("base"),
        VocabularyPath = Weights.File("llama-tokenizer", "llama-tokenizer.js"),
        FallBackFrom = 1,
    };

    /// <summary>16 kHz, with half a second of quiet before and after.</summary>
    public float[] Speech { get; private set; } = [];

    public float[] Yes { get; private set; } = [];

    /// <summary>Numbers one after the other, and the same quickly.</summary>
    public List<float[]> Numbers { get; } = [];

    public MoonshineRecognizer Recognizer { get; } = new(Moonshine, LaneServices.Quiet);

    public static float[] Noise(int samples, float level, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => level * ((random.NextSingle() * 2) - 1))];
    }

    public async Task InitializeAsync()
    {
        // The same sound in every run.
        var options = new VitsOptions { Noise = 0, RhythmNoise = 0, ModelPath = Weights.File("vits-libritts", "model.onnx"), TokensPath = Weights.File("vits-libritts", "tokens.txt") };
        using var voice = new VitsSynthesizer(options, LaneServices.Quiet);
        Speech = await SayAsync(voice, Phonemes);
        Yes = await SayAsync(voice, YesPhonemes);
        foreach (var phonemes in NumberPhonemes)
        {
            Numbers.AddRange([await SayAsync(voice, phonemes), await SayAsync(voice, phonemes, 1.3f)]);
        }
    }

    public Task DisposeAsync()
    {
        Recognizer.Dispose();
        return Task.CompletedTask;
    }

    private static async Task<float[]> SayAsync(VitsSynthesizer voice, string phonemes, float speed = 1)
    {
        var said = await voice.SynthesizeAsync(new SynthesisRequest("tests", phonemes, "", speed), CancellationToken.None);
        return [.. new float[8000], .. Resampler.Convert(said.Samples, said.SampleRate, 16_000), .. new float[8000]];
    }

    private static MoonshineModelOptions Model(string size) => new()
    {
        EncoderPath = Weights.File("moonshine-" + size, "encoder_model.onnx"),
        DecoderPath = Weights.File("moonshine-" + size, "decoder_model_merged.onnx"),
    };
}

[CollectionDefinition("engines")]
public sealed class EnginesCollection : ICollectionFixture<Engines>;
