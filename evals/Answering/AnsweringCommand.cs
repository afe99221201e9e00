using System.CommandLine;
using Conversation.Audio;
using Conversation.Gateway.Telephony.Answering;
using Conversation.Speech;

namespace Conversation.Evals.Answering;

/// <summary>"answering": greetings of people and of machines, spoken by the platform's own voices over 8 kHz mu-law, and who they are taken for.</summary>
internal static class AnsweringCommand
{
    private const int SpokenRate = 24_000, LineRate = 8_000, WideRate = 16_000;

    public static Command Create()
    {
        var file = new Option<FileInfo>("--greetings") { DefaultValueFactory = _ => new FileInfo(Path.Combine("evals", "answering-greetings.txt")), Description = "Lines of human|machine, tab, text." };
        var half = new Option<string>("--half") { DefaultValueFactory = _ => "held", Description = "develop, held or all." };
        var cache = new Option<DirectoryInfo>("--cache") { DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "conversation-answering")), Description = "Where speech, scores and words are kept." };
        var voices = new Option<int>("--voices") { DefaultValueFactory = _ => 2, Description = "Voices that each greeting is spoken in." };
        var show = new Option<bool>("--show") { Description = "Tell of each call." };
        var command = new Command("answering", "Who answers a call: people and machines, confused how often and after how long.") { file, half, cache, voices, show };
        command.SetAction(async (arguments, cancellation) =>
        {
            var folder = arguments.GetValue(cache)!;
            folder.Create();
            using var ears = new EndpointingEars(folder);
            using var engines = new SpeechEngines("fast");
            List<(bool Machine, AnswerVerdict? Verdict, double Ms)> results = [];
            foreach (var (index, machine, text) in Read(arguments.GetValue(file)!.FullName, arguments.GetValue(half)!))
            {
                for (var voice = 0; voice < arguments.GetValue(voices); voice++)
                {
                    var random = new Random((index * 100) + voice);
                    var spoken = await SpokenAsync(engines, folder, text, $"speaker-{((index * 37) + (voice * 311)) % 900}", cancellation);
                    var (line, began, ended) = Call(spoken, machine, random);
                    var call = new AnsweringCall(ears);
                    var wide = new float[line.Length];
                    Pcm.ToFloat(line, wide);
                    var verdict = await call.RunAsync(line, Resampler.Convert(wide, LineRate, WideRate));
                    // A person waits from the last word on; a machine is known from its first.
                    var ms = verdict is { } known ? known.AfterMs - (machine ? began : ended) : double.NaN;
                    results.Add((machine, verdict, ms));
                    if (arguments.GetValue(show) || verdict?.By != (machine ? AnsweredBy.Machine : AnsweredBy.Human))
                    {
                        Console.WriteLine($"{(machine ? "machine" : "human"),-7} taken for {verdict?.By.ToString() ?? "none",-7} by {verdict?.Reason,-8} after {ms,5:0} ms: {text}\n        heard: {call.Words}");
                    }
                }
            }

            Report(results);
        });
        return command;
    }

    private static IEnumerable<(int Index, bool Machine, string Text)> Read(string path, string half) =>
        File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select((line, index) => (index, line.StartsWith("machine", StringComparison.Ordinal), line[(line.IndexOf('\t') + 1)..]))
            .Where(one => half == "all" || one.index % 2 == (half == "develop" ? 0 : 1));

    private static async Task<float[]> SpokenAsync(SpeechEngines engines, DirectoryInfo folder, string text, string voice, CancellationToken cancellation)
    {
        var name = Convert.ToHexString(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(voice + text)))[..24];
        var path = Path.Combine(folder.FullName, $"said-{name}");
        if (!File.Exists(path))
        {
            List<short> pcm = [];
            await foreach (var clause in engines.Speaker.SpeakAsync("eval", One(text), new SpeakingStyle("fast", voice), SpokenRate, cancellation))
            {
                pcm.AddRange(clause.Pcm);
            }

            await File.WriteAllBytesAsync(path, System.Runtime.InteropServices.MemoryMarshal.AsBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pcm)).ToArray(), cancellation);
        }

        var read = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(await File.ReadAllBytesAsync(path, cancellation)).ToArray();
        var samples = new float[read.Length];
        Pcm.ToFloat(read, samples);
        return Resampler.Convert(samples, SpokenRate, LineRate);
    }

    /// <summary>The line from the answer on: a while of soft noise, the greeting, and after a machine's its beep. Where speech begins and ends, in milliseconds.</summary>
    private static (short[] Line, int Began, int Ended) Call(float[] spoken, bool machine, Random random)
    {
        var before = random.Next(200, 1_200) * LineRate / 1_000;
        var line = new float[before + spoken.Length + (8 * LineRate)];
        spoken.CopyTo(line, before);
        var beep = before + spoken.Length + (random.Next(400, 1_200) * LineRate / 1_000);
        var hertz = random.Next(440, 1_600);
        for (var n = 0; machine && n < LineRate * 3 / 10; n++)
        {
            line[beep + n] += 0.2f * MathF.Sin(2 * MathF.PI * hertz * n / LineRate);
        }

        var pcm = new short[line.Length];
        for (var n = 0; n < line.Length; n++)
        {
            var noisy = Math.Clamp((line[n] * 32_767) + (float)((random.NextDouble() - 0.5) * 60), short.MinValue, short.MaxValue);
            pcm[n] = G711.DecodeMuLaw(G711.EncodeMuLaw((short)noisy));
        }

        // What the voice itself leaves silent at its ends is no speech.
        var first = Array.FindIndex(spoken, static sample => MathF.Abs(sample) > 0.01f);
        var last = Array.FindLastIndex(spoken, static sample => MathF.Abs(sample) > 0.01f);
        return (pcm, (before + first) * 1_000 / LineRate, (before + last) * 1_000 / LineRate);
    }

    private static void Report(List<(bool Machine, AnswerVerdict? Verdict, double Ms)> results)
    {
        foreach (var machine in new[] { false, true })
        {
            var those = results.Where(one => one.Machine == machine).ToList();
            var ms = those.Select(one => one.Ms).Where(one => !double.IsNaN(one)).Order().ToList();
            int Count(AnsweredBy by) => those.Count(one => one.Verdict?.By == by);
            var reasons = string.Join(", ", those.GroupBy(one => one.Verdict?.Reason ?? "none").OrderByDescending(group => group.Count()).Select(group => $"{group.Key} {group.Count()}"));
            Console.WriteLine($"{(machine ? "machines" : "people"),-9} {those.Count,3}: human {Count(AnsweredBy.Human)}, machine {Count(AnsweredBy.Machine)}, unknown {Count(AnsweredBy.Unknown)}; {(machine ? "from the first word on" : "from the last word on")} p50 {ms[ms.Count / 2]:0} ms, p95 {ms[(int)((ms.Count - 1) * 0.95)]:0} ms ({reasons})");
        }
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask;
    }
}
