using System.CommandLine;
using System.Text.Json;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>"wer": how many words of recordings with known text are heard wrong, and how fast.</summary>
internal static class WerCommand
{
    public static Command Create()
    {
        var dir = new Option<DirectoryInfo>("--dir") { Required = true, Description = "Folder of WAV files." };
        var transcripts = new Option<FileInfo>("--transcripts") { Required = true, Description = "TSV: file, tab, text." };
        var model = new Option<string>("--model") { DefaultValueFactory = _ => "base", Description = "tiny or base." };
        var g711 = new Option<bool>("--g711") { Description = "Put the recordings through 8 kHz mu-law first." };
        var gain = new Option<double>("--gain") { Description = "Change of level in dB." };
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => 1, Description = "CPU threads of a run." };
        var raw = new Option<bool>("--raw") { Description = "Reject nothing for low confidence." };
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("wer", "Word error rate, real-time factor and latency of recognition.") { dir, transcripts, model, g711, gain, threads, raw, json };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var recognizer = Engines.Recognizer(arguments.GetValue(model)!, arguments.GetValue(threads), arguments.GetValue(raw) ? Engines.NoRejection : null);
            await recognizer.WarmUpAsync(cancellation);
            List<Heard> all = [];
            foreach (var line in File.ReadLines(arguments.GetValue(transcripts)!.FullName).Where(line => line.Contains('\t')))
            {
                var (file, text) = (line[..line.IndexOf('\t')], line[(line.IndexOf('\t') + 1)..]);
                var samples = Recordings.Read(Path.Combine(arguments.GetValue(dir)!.FullName, file), arguments.GetValue(g711), arguments.GetValue(gain));
                var heard = await recognizer.RecognizeAsync(samples, new RecognitionRequest("eval", RecognitionTier.Accurate), cancellation);
                all.Add(new Heard(file, text, heard.Text, heard.Confidence, WordErrors.Between(text, heard.Text), (double)samples.Length / Recordings.Rate, heard.Computed.TotalSeconds));
            }

            Report(all, arguments.GetValue(json));
        });
        return command;
    }

    private static void Report(List<Heard> all, bool json)
    {
        var errors = all.Aggregate(default(WordErrors), (sum, heard) => sum + heard.Errors);
        var times = all.Select(heard => heard.Computed * 1000).Order().ToList();
        var summary = new
        {
            files = all.Count,
            words = errors.ReferenceWords,
            wer = errors.Rate,
            substitutions = errors.Substitutions,
            deletions = errors.Deletions,
            insertions = errors.Insertions,
            realTimeFactor = all.Sum(heard => heard.Computed) / all.Sum(heard => heard.Seconds),
            p50Ms = times[times.Count / 2],
            p95Ms = times[(int)(times.Count * 0.95)],
            leastConfidence = all.Min(heard => heard.Confidence),
        };
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { summary, files = all.Select(heard => new { heard.File, said = heard.Text, heard = heard.Got, heard.Confidence, errors = heard.Errors.Errors }) }));
            return;
        }

        foreach (var heard in all.Where(heard => heard.Errors.Errors > 0))
        {
            Console.WriteLine($"{heard.Errors.Errors,2} {heard.Confidence:0.00} {heard.File}\n     said  {heard.Text}\n     heard {heard.Got}");
        }

        Console.WriteLine($"lowest confidences: {string.Join(", ", all.OrderBy(heard => heard.Confidence).Take(6).Select(heard => $"{heard.Confidence:0.00} {heard.Got}"))}");
        Console.WriteLine(
            $"{summary.files} files, {summary.words} words: WER {summary.wer:P1} ({summary.substitutions} substituted, {summary.deletions} left out, {summary.insertions} added), "
            + $"real-time factor {summary.realTimeFactor:0.000}, p50 {summary.p50Ms:0} ms, p95 {summary.p95Ms:0} ms");
    }

    private sealed record Heard(string File, string Text, string Got, float Confidence, WordErrors Errors, double Seconds, double Computed);
}
