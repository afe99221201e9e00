using System.CommandLine;
using System.Globalization;
using Conversation.Audio;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Ports;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Pronunciation;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>"speakers": which of the fast engine's 904 speakers are understood, and how high they speak: what its list of voices was chosen by.</summary>
internal static class SpeakersCommand
{
    public static Command Create()
    {
        var ids = new Option<string>("--ids") { DefaultValueFactory = _ => "0-903/12", Description = "Numbers with commas, or FROM-TO/STEP." };
        var take = new Option<int>("--take") { DefaultValueFactory = _ => 4, Description = "Sentences for each." };
        var skip = new Option<int>("--skip") { Description = "Sentences left out at the beginning." };
        var command = new Command("speakers", "Word error rate, pitch and pace of the fast engine's speakers.") { ids, take, skip };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var recognizer = Engines.Recognizer("base", threads: 2);
            using var vits = new VitsSynthesizer(new VitsOptions { ModelPath = Weights.File("vits-libritts", "model.onnx"), TokensPath = Weights.File("vits-libritts", "tokens.txt") }, LaneServices.Quiet);
            var dictionary = Dictionary.Load(Weights.File("cmudict-kokoro", "en-us.txt"));
            var normaliser = new Normaliser(dictionary.Has);
            var phonemes = new PhonemeWriter(dictionary, null);
            var sentences = RoundTripSentences.All.Skip(arguments.GetValue(skip)).Take(arguments.GetValue(take)).Select(s => (phonemes.Write(normaliser.Normalise(s.Written)).Phonemes, s.Spoken)).ToList();
            foreach (var id in Parse(arguments.GetValue(ids)!))
            {
                var errors = default(WordErrors);
                var (confidence, seconds) = (0f, 0d);
                var pitches = new List<float>();
                foreach (var (clause, spoken) in sentences)
                {
                    var speech = await vits.SynthesizeAsync(new SynthesisRequest("eval", clause, "speaker-" + id), cancellation);
                    var samples = Resampler.Convert(speech.Samples, speech.SampleRate, 16_000);
                    var heard = await recognizer.RecognizeAsync(RoundTripCommand.Padded(samples), new RecognitionRequest("eval", RecognitionTier.Accurate), cancellation);
                    errors += WordErrors.Between(RoundTripCommand.Fold(spoken), RoundTripCommand.Fold(SpokenWriter.Show(normaliser.Normalise(heard.Text))));
                    confidence += heard.Confidence / sentences.Count;
                    seconds += samples.Length / 16_000d;
                    Pitches(samples, pitches);
                }

                pitches.Sort();
                Console.WriteLine($"{id,4} WER {errors.Rate,6:P1} confidence {confidence:0.000} pitch {(pitches.Count > 0 ? pitches[pitches.Count / 2] : 0):0} Hz, {errors.ReferenceWords / seconds:0.0} words/s");
            }
        });
        return command;
    }

    private static void Pitches(float[] samples, List<float> pitches)
    {
        var tracker = new PitchTracker();
        for (var at = 0; at + 512 <= samples.Length; at += 512)
        {
            if (tracker.Track(samples.AsSpan(at, 512)) is > 0 and var pitch)
            {
                pitches.Add(pitch);
            }
        }
    }

    private static IEnumerable<int> Parse(string ids)
    {
        if (!ids.Contains('-', StringComparison.Ordinal))
        {
            return ids.Split(',').Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        }

        var numbers = ids.Split('-', '/').Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(0, ((numbers[1] - numbers[0]) / numbers[2]) + 1).Select(i => numbers[0] + (i * numbers[2]));
    }
}
