using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Conversation.Audio;
using Conversation.Inference.Kaldi;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;
using Conversation.Speech.Pronunciation;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>"likeness": how well the speaker model tells voices apart, the platform's own or those of recordings, by seconds of speech, and what a vector costs.</summary>
internal static class LikenessCommand
{
    private const int Rate = Recordings.Rate;
    private const int VitsSpeakers = 904;

    public static Command Create()
    {
        var tier = new Option<string>("--tier") { DefaultValueFactory = _ => "fast", Description = "Whose voices: fast or expressive." };
        var voices = new Option<int>("--voices") { DefaultValueFactory = _ => 54, Description = "How many, spread over all." };
        var take = new Option<int>("--take") { DefaultValueFactory = _ => 8, Description = "Sentences of each." };
        var directory = new Option<DirectoryInfo?>("--dir") { Description = "Recordings instead: a folder for each speaker." };
        var clips = new Option<int>("--clips") { DefaultValueFactory = _ => 4, Description = "Of each voice and length." };
        var enrolled = new Option<double>("--enrolled") { Description = "Compare clips with so many seconds of each voice at first, not with each other." };
        var seconds = new Option<string>("--seconds") { DefaultValueFactory = _ => "1.5,2,3,5,10", Description = "Lengths of the clips compared." };
        var telephone = new Option<bool>("--g711") { Description = "Through 8 kHz mu-law first." };
        var cache = new Option<DirectoryInfo?>("--cache") { Description = "Folder that keeps the voices' WAV files for the next run." };
        var command = new Command("likeness", "Equal error rate of the speaker model.") { tier, voices, take, directory, clips, enrolled, seconds, telephone, cache };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var embedder = new SpeakerEmbedder(new SpeakerOptions { Directory = Path.GetDirectoryName(Weights.File("speaker-xvector", "final.ext.raw"))!, MaxSpeech = TimeSpan.FromSeconds(30) }, LaneServices.Quiet);
            var speech = arguments.GetValue(directory) is { } recordings ? Recorded(recordings) : await SpeechAsync(arguments.GetValue(tier)!, arguments.GetValue(voices), arguments.GetValue(take), arguments.GetValue(cache), cancellation);
            if (arguments.GetValue(telephone))
            {
                speech = [.. speech.Select(Recordings.ThroughTelephone)];
            }

            foreach (var length in arguments.GetValue(seconds)!.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture)))
            {
                await ReportAsync(embedder, speech, length, arguments.GetValue(clips), arguments.GetValue(enrolled), cancellation);
            }
        });
        return command;
    }

    private static async Task ReportAsync(SpeakerEmbedder embedder, List<float[]> speech, double seconds, int clips, double enrolled, CancellationToken cancellation)
    {
        List<(int Voice, float[] Vector)> vectors = [], models = [];
        List<double> milliseconds = [];
        var size = (int)(seconds * Rate);
        var without = 0;
        for (var voice = 0; voice < speech.Count; voice++)
        {
            var first = (int)(enrolled * Rate);
            if (first > 0 && await embedder.EmbedAsync(speech[voice].AsMemory(0, Math.Min(first, speech[voice].Length)), "eval", cancellation) is { } model)
            {
                models.Add((voice, model));
            }

            // Clips of one voice never hold the same moment.
            for (var at = first; at + size <= speech[voice].Length && at < first + (clips * size); at += size)
            {
                var started = Stopwatch.GetTimestamp();
                var vector = await embedder.EmbedAsync(speech[voice].AsMemory(at, size), "eval", cancellation);
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (vector is null)
                {
                    without++;
                    continue;
                }

                vectors.Add((voice, vector));
            }
        }

        List<float> same = [], different = [];
        var pairs = enrolled > 0
            ? from model in models from clip in vectors select (model, clip)
            : from i in Enumerable.Range(0, vectors.Count) from j in Enumerable.Range(0, i) select (vectors[i], vectors[j]);
        foreach (var (one, other) in pairs)
        {
            (one.Voice == other.Voice ? same : different).Add(TensorPrimitives.Dot<float>(one.Vector, other.Vector));
        }

        if (same.Count == 0 || different.Count == 0)
        {
            Console.WriteLine($"{seconds,5:0.0} s: too little speech to compare ({without} clips had no vector).");
            return;
        }

        same.Sort();
        different.Sort();
        milliseconds.Sort();
        var (rate, threshold) = EqualErrors(same, different);
        Console.WriteLine(
            $"{seconds,5:0.0} s: equal error rate {rate,6:P2} at {threshold:0.00}, {same.Count} pairs of one voice (median {same[same.Count / 2]:0.00}, p05 {same[same.Count / 20]:0.00}), "
            + $"{different.Count} of two (median {different[different.Count / 2]:0.00}, p99 {different[different.Count * 99 / 100]:0.00}), {without} clips without a vector, p50 {milliseconds[milliseconds.Count / 2]:0} ms");
    }

    /// <summary>Both lists sorted: where as many pairs of one voice lie below as pairs of two voices above.</summary>
    private static (double Rate, float Threshold) EqualErrors(List<float> same, List<float> different)
    {
        for (var i = 0; ; i++)
        {
            var above = different.BinarySearch(same[i]) is var at && at < 0 ? ~at : at;
            var (rejected, accepted) = ((double)i / same.Count, 1 - ((double)above / different.Count));
            if (rejected >= accepted || i == same.Count - 1)
            {
                return ((rejected + accepted) / 2, same[i]);
            }
        }
    }

    private static List<float[]> Recorded(DirectoryInfo directory) =>
        [.. directory.EnumerateDirectories().OrderBy(speaker => speaker.Name, StringComparer.Ordinal).Select(speaker =>
            speaker.EnumerateFiles("*.wav").OrderBy(file => file.Name, StringComparer.Ordinal).SelectMany(file => Recordings.Read(file.FullName)).ToArray())];

    private static async Task<List<float[]>> SpeechAsync(string tier, int count, int take, DirectoryInfo? cache, CancellationToken cancellation)
    {
        using var engines = new SpeechEngines(tier);
        var synthesizer = engines.Synthesizer;
        var all = tier == "fast" ? Enumerable.Range(0, VitsSpeakers).Select(id => "speaker-" + id).ToList() : [.. synthesizer.Voices.Select(voice => voice.Id)];
        var dictionary = Dictionary.Load(Weights.File("cmudict-kokoro", "en-us.txt"));
        var phonemes = new PhonemeWriter(dictionary, null);
        var sentences = RoundTripSentences.All.Take(take).Select(sentence => phonemes.Write(engines.Normaliser.Normalise(sentence.Written)).Phonemes).ToList();
        List<float[]> speech = [];
        for (var i = 0; i < Math.Min(count, all.Count); i++)
        {
            var voice = all[(int)((long)i * all.Count / Math.Min(count, all.Count))];
            var path = cache is null ? null : Path.Combine(cache.FullName, $"{voice}-{take}.wav");
            if (File.Exists(path))
            {
                speech.Add(Recordings.Read(path));
                continue;
            }

            List<float> said = [];
            foreach (var sentence in sentences)
            {
                var clause = await synthesizer.SynthesizeAsync(new SynthesisRequest("eval", sentence, voice), cancellation);
                said.AddRange(Resampler.Convert(clause.Samples, clause.SampleRate, Rate));
            }

            speech.Add([.. said]);
            if (path is not null)
            {
                cache!.Create();
                await File.WriteAllBytesAsync(path, WavFile.Write(speech[^1], Rate), cancellation);
            }
        }

        return speech;
    }
}
