using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Conversation.Audio;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Ports;
using Conversation.Speech;
using Conversation.Speech.Normalisation;
using Conversation.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Evals;

/// <summary>"roundtrip": what the platform says, read back by recognition.</summary>
internal static class RoundTripCommand
{
    private const int Rate = 24_000;

    public static Command Create()
    {
        var tier = new Option<string>("--tier") { DefaultValueFactory = _ => "fast", Description = "fast or expressive." };
        var voice = new Option<string>("--voice") { DefaultValueFactory = _ => "", Description = "A voice of the tier; its default else." };
        var model = new Option<string>("--model") { DefaultValueFactory = _ => "base", Description = "The recogniser: tiny or base." };
        var sentences = new Option<FileInfo?>("--sentences") { Description = "A text file, one sentence a line, instead of the forty; as read aloud they are what the platform's own rules make of them." };
        var speed = new Option<float>("--speed") { DefaultValueFactory = _ => 1, Description = "How fast to speak, 0.5 to 2." };
        var digits = new Option<bool>("--digits") { Description = "Compare digits alone, one by one, however they are grouped." };
        var take = new Option<int>("--take") { DefaultValueFactory = _ => int.MaxValue, Description = "Only so many sentences." };
        var outDir = new Option<DirectoryInfo?>("--out") { Description = "Folder for the WAV files." };
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("roundtrip", "Word error rate of forty spoken sentences, first-clause time and real-time factor of a tier.") { tier, voice, model, sentences, speed, digits, take, outDir, json };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var recognizer = Engines.Recognizer(arguments.GetValue(model)!, threads: 2);
            var speech = new SpeechEngines(arguments.GetValue(tier)!);
            var style = new SpeakingStyle(arguments.GetValue(tier)!, arguments.GetValue(voice)!, arguments.GetValue(speed));
            await speech.Speaker.WarmUpAsync(Rate, cancellation);
            List<Said> all = [];
            var texts = arguments.GetValue(sentences) is { } file
                ? (await File.ReadAllLinesAsync(file.FullName, cancellation)).Where(line => line.Trim().Length > 0).Select(line => (line, SpokenWriter.Show(speech.Normaliser.Normalise(line))))
                : RoundTripSentences.All;
            foreach (var (written, spoken) in texts.Take(arguments.GetValue(take)))
            {
                var said = await SayAsync(speech, recognizer, style, written, spoken, cancellation);
                if (arguments.GetValue(digits))
                {
                    var (wanted, heard) = (DigitsOnly.Of(written), DigitsOnly.Of(said.Heard));
                    said = said with { Spoken = wanted, Words = heard, Errors = WordErrors.Between(wanted, heard) };
                }

                all.Add(said);
                if (arguments.GetValue(outDir) is { } folder)
                {
                    folder.Create();
                    await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{all.Count:00}.wav"), WavFile.Write(said.Samples, Rate), cancellation);
                }
            }

            Report(all, speech.DictionaryMs, style, arguments.GetValue(json));
            speech.Dispose();
        });
        return command;
    }

    private static async Task<Said> SayAsync(SpeechEngines speech, IRecognizer recognizer, SpeakingStyle style, string written, string spoken, CancellationToken cancellation)
    {
        var pcm = new List<short>();
        var watch = Stopwatch.StartNew();
        TimeSpan first = default, busy = default;
        await foreach (var clause in speech.Speaker.SpeakAsync("eval", One(written), style, Rate, cancellation))
        {
            first = pcm.Count == 0 ? watch.Elapsed : first;
            pcm.AddRange(clause.Pcm);
            busy = watch.Elapsed;
        }

        var samples = new float[pcm.Count];
        Pcm.ToFloat(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pcm), samples);
        var heard = await recognizer.RecognizeAsync(Padded(Resampler.Convert(samples, Rate, 16_000)), new RecognitionRequest("eval", RecognitionTier.Accurate), cancellation);
        var words = SpokenWriter.Show(speech.Normaliser.Normalise(heard.Text));
        return new Said(written, spoken, heard.Text, words, WordErrors.Between(Fold(spoken), Fold(words)), first.TotalMilliseconds, busy.TotalSeconds, (double)pcm.Count / Rate, samples);
    }

    /// <summary>Spellings that no ear can tell apart.</summary>
    internal static string Fold(string words) =>
        string.Join(' ', words.Split(' ').Select(word => word.Trim(',', '.', '?', '!').ToUpperInvariant() switch
        {
            "O" => "oh",
            "CANCELED" => "cancelled",
            "CATHERINE" or "CATHARINE" or "KATHARINE" => "katherine",
            "KATHERINE" => "katherine",
            _ => word,
        }));

    /// <summary>With a quarter of a second of silence around it, as a line has before and after a sentence.</summary>
    internal static float[] Padded(float[] samples)
    {
        var padded = new float[samples.Length + 8_000];
        samples.CopyTo(padded, 4_000);
        return padded;
    }

    private static void Report(List<Said> all, double dictionaryMs, SpeakingStyle style, bool json)
    {
        var errors = all.Aggregate(default(WordErrors), (sum, said) => sum + said.Errors);
        var firsts = all.Select(said => said.FirstMs).Order().ToList();
        var summary = new
        {
            tier = style.Tier,
            voice = style.Voice,
            sentences = all.Count,
            words = errors.ReferenceWords,
            wer = errors.Rate,
            substitutions = errors.Substitutions,
            deletions = errors.Deletions,
            insertions = errors.Insertions,
            realTimeFactor = all.Sum(said => said.Busy) / all.Sum(said => said.Seconds),
            firstClauseP50Ms = firsts[firsts.Count / 2],
            firstClauseP95Ms = firsts[(int)(firsts.Count * 0.95)],
            dictionaryMs,
            seconds = all.Sum(said => said.Seconds),
        };
        var wrong = all.Where(said => said.Errors.Errors > 0).ToList();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { summary, wrong = wrong.Select(said => new { said.Written, said.Spoken, said.Heard, errors = said.Errors.Errors }) }));
            return;
        }

        foreach (var said in wrong)
        {
            Console.WriteLine($"{said.Errors.Errors,2} said  {said.Spoken}\n   heard {said.Words}\n         {said.Heard}");
        }

        Console.WriteLine(
            $"{style.Tier} {style.Voice}: {summary.sentences} sentences, {summary.words} words: WER {summary.wer:P1} ({summary.substitutions} substituted, {summary.deletions} left out, {summary.insertions} added), "
            + $"first clause p50 {summary.firstClauseP50Ms:0} ms, p95 {summary.firstClauseP95Ms:0} ms, real-time factor {summary.realTimeFactor:0.000}, {summary.seconds:0} s of speech, dictionary loaded in {dictionaryMs:0} ms");
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask;
    }

    private sealed record Said(string Written, string Spoken, string Heard, string Words, WordErrors Errors, double FirstMs, double Busy, double Seconds, float[] Samples);
}

/// <summary>The speaking side as the platform runs it, with one tier.</summary>
internal sealed class SpeechEngines : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public SpeechEngines(string tier)
    {
        ISynthesizer engine = tier == "expressive"
            ? Own(new KokoroSynthesizer(new KokoroOptions { ModelPath = Weights.File("kokoro-v1-fp16", "model.onnx"), VoicesPath = Path.GetDirectoryName(Weights.File("kokoro-voices", "af_heart.bin"))! }, LaneServices.Quiet))
            : Own(new VitsSynthesizer(new VitsOptions { ModelPath = Weights.File("vits-libritts", "model.onnx"), TokensPath = Weights.File("vits-libritts", "tokens.txt") }, LaneServices.Quiet));
        var unseen = Own(new DeepPhonemizer(Weights.File("deep-phonemizer", "deep-phonemizer.onnx"), Weights.File("deep-phonemizer", "tokenizer.json")));
        var options = new SpeechOptions { DictionaryPath = Weights.File("cmudict-kokoro", "en-us.txt"), CacheBytes = 0 };
        var watch = Stopwatch.StartNew();
        var dictionary = Speech.Pronunciation.Dictionary.Load(options.DictionaryPath);
        DictionaryMs = watch.Elapsed.TotalMilliseconds;
        Normaliser = new Normaliser(dictionary.Has);
        Synthesizer = engine;
        Speaker = new Speaker(options, new Dictionary<string, ISynthesizer> { [tier] = engine }, unseen, TimeProvider.System, NullLogger<Speaker>.Instance);
    }

    public Speaker Speaker { get; }

    public ISynthesizer Synthesizer { get; }

    public double DictionaryMs { get; }

    public Normaliser Normaliser { get; }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
