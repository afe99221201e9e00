using Conversation.Audio;
using Conversation.Evals;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Ports;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Tests.Support;
using Conversation.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Speech.Tests.Speaking;

/// <summary>The real voices, read back by the real recogniser. The whole set of sentences is measured by the evals' "roundtrip".</summary>
public class RoundTripTests
{
    // With a date, money, a telephone number, a name, a unit, and plain speech.
    private static readonly int[] Some = [0, 1, 2, 3, 6, 34];

    [Fact]
    public async Task The_fast_voice_is_understood() => Assert.InRange(await ErrorRate("fast", Shared.Vits, Some), 0, 0.08);

    [Fact]
    public async Task The_expressive_voice_is_understood()
    {
        using var kokoro = new KokoroSynthesizer(new KokoroOptions { ModelPath = Weights.File("kokoro-v1-fp16", "model.onnx"), VoicesPath = Path.Combine(Weights.Root, "kokoro-voices") }, LaneServices.Quiet);
        Assert.Equal("af_heart", kokoro.Voices[0].Id);
        Assert.Equal(28, kokoro.Voices.Count);
        Assert.InRange(await ErrorRate("expressive", kokoro, Some[..4]), 0, 0.08);
    }

    private static async Task<double> ErrorRate(string tier, ISynthesizer engine, int[] sentences)
    {
        using var recognizer = new MoonshineRecognizer(
            new MoonshineOptions
            {
                Quick = new MoonshineModelOptions { EncoderPath = Weights.File("moonshine-base", "encoder_model.onnx"), DecoderPath = Weights.File("moonshine-base", "decoder_model_merged.onnx") },
                VocabularyPath = Weights.File("llama-tokenizer", "llama-tokenizer.js"),
            },
            LaneServices.Quiet);
        var speaker = new Speaker(new SpeechOptions { DictionaryPath = Weights.File("cmudict-kokoro", "en-us.txt") }, new Dictionary<string, ISynthesizer> { [tier] = engine }, Shared.Unseen, TimeProvider.System, NullLogger<Speaker>.Instance);
        var errors = default(WordErrors);
        foreach (var (written, spoken) in sentences.Select(i => RoundTripSentences.All[i]))
        {
            var pcm = new List<short>();
            await foreach (var clause in speaker.SpeakAsync("test", One(written), new SpeakingStyle(tier), 16_000, default))
            {
                pcm.AddRange(clause.Pcm);
            }

            var samples = new float[pcm.Count + 8_000];
            Pcm.ToFloat(pcm.ToArray(), samples.AsSpan(4_000, pcm.Count));
            var heard = await recognizer.RecognizeAsync(samples, new RecognitionRequest("test", RecognitionTier.Accurate), default);
            errors += WordErrors.Between(spoken, SpokenWriter.Show(Shared.Normaliser.Normalise(heard.Text)));
        }

        return errors.Rate;
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask;
    }
}
