using Conversation.Audio;
using Conversation.Inference.Ports;
using Conversation.Models;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Pronunciation;

namespace Conversation.Bench;

/// <summary>One sentence: its text, its phonemes, and a caller who says it, at 16 kHz.</summary>
internal sealed record SpokenSentence(string Text, string Phonemes, float[] Samples)
{
    public double Seconds => Samples.Length / 16_000.0;
}

/// <summary>The inputs of every part: fixed sentences in voices of the platform's own, so that nothing comes from outside and every run hears the same.</summary>
internal static class DeviceSpeech
{
    private static readonly string[] Texts =
    [
        "What are your opening hours on Friday?",
        "I would like to book an appointment for next Tuesday.",
        "Could you tell me where I can park, and whether it costs anything?",
        "My number is five five five, zero one four two.",
        "Please cancel my appointment.",
        "I called yesterday about the invoice, but nobody could help me, so I am calling again.",
    ];

    /// <summary>Spoken by the CPU's fast voice without its random part.</summary>
    public static async Task<IReadOnlyList<SpokenSentence>> MakeAsync(DeviceEngines cpu, ModelCatalog models, int take)
    {
        var writer = new PhonemeWriter(Dictionary.Load(models.PathOf("cmudict-kokoro", "en-us.txt")), null);
        var normaliser = new Normaliser(writer.Knows);
        List<SpokenSentence> all = [];
        foreach (var text in Texts.Take(take))
        {
            var phonemes = writer.Write(normaliser.Normalise(text)).Phonemes;
            var voice = cpu.Fast.Voices[all.Count % cpu.Fast.Voices.Count].Id;
            var speech = await cpu.Fast.SynthesizeAsync(new SynthesisRequest("speech", phonemes, voice), default);
            all.Add(new(text, phonemes, To16k(speech)));
        }

        return all;
    }

    public static float[] To16k(Synthesis speech) => Resampler.Convert(speech.Samples, speech.SampleRate, 16_000);
}
