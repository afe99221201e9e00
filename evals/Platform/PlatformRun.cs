using System.Globalization;
using System.Net.Http.Json;
using Conversation.TestKit;

namespace Conversation.Evals.Platform;

/// <summary>The measurements. Each prints one line of figures, and a line for each case that failed.</summary>
internal sealed class PlatformRun(CallTool tool, IReadOnlyList<(string Path, string Text)> prompts, string url, TextWriter output)
{
    private const int Batch = 10;
    private static readonly string[] Backchannels = ["Mm-hm.", "Okay.", "Right.", "Uh-huh.", "Yeah.", "I see.", "Sure.", "Hmm."];

    private readonly string scratch = Directory.CreateTempSubdirectory("platform-eval").FullName;

    public async Task WordsAsync(bool g711)
    {
        var errors = default(WordErrors);
        List<CallTurn> turns = [];
        foreach (var batch in prompts.Chunk(Batch))
        {
            var result = await tool.CallAsync([.. batch.Select(p => p.Path), "--no-greet", "--responder", "echo", "--pause", "300", .. g711 ? (string[])["--g711"] : []]);
            foreach (var (turn, prompt) in result.Turns.Zip(batch))
            {
                var these = WordErrors.Between(prompt.Text, turn.Heard);
                errors += these;
                if (these.Errors > 0)
                {
                    output.WriteLine($"  {Path.GetFileName(prompt.Path)}: '{prompt.Text}' heard '{turn.Heard}'");
                }
            }

            turns.AddRange(result.Turns);
            Report(result.Errors);
        }

        var hits = turns.Where(t => t.Speculation == "hit").ToList();
        var measured = turns.Count(t => t.Speculation is not null);
        Line(g711 ? "words, telephone" : "words, wide band", $"WER {100 * errors.Rate:0.0} % ({errors.Errors} of {errors.ReferenceWords}); answered {turns.Count(t => t.SpeechEndToAudioMs is not null)} of {prompts.Count}; split {turns.Count(t => t.Splits > 0)}");
        Line("  speech end → first audio", Spread(turns.Select(t => t.SpeechEndToAudioMs)));
        Line("  commit → first audio, hits", $"{Spread(hits.Select(t => t.CommitToAudioMs))}; {Percent(hits.Count, measured)} of turns hit");
    }

    public async Task InterruptAsync()
    {
        List<CallTurn> turns = [];
        foreach (var batch in prompts.Chunk(Batch))
        {
            var overs = batch.Select((p, i) => ((string[])["--over", $"{700 + (i * 173 % 900)}:{prompts[(i * 7 + 3) % prompts.Count].Path}"])).SelectMany(o => o);
            var result = await tool.CallAsync([.. batch.Select(p => p.Path), "--no-greet", "--responder", "echo", .. overs]);
            turns.AddRange(result.Turns.Where(t => t.Interruption is not null));
            Report(result.Errors);
        }

        Line("interruptions", $"{turns.Count(t => t.Interruption!.Outcome == "interrupted")} of {turns.Count} taken; onset → silence {Spread(turns.Select(t => t.Interruption!.OnsetToSilenceMs))}; stale frames {turns.Sum(t => t.Interruption!.StaleFrames)}");
    }

    public async Task BackchannelAsync()
    {
        var sounds = new List<string>();
        var voices = new[] { "fast", "expressive" };
        foreach (var (text, index) in Backchannels.SelectMany(b => voices.Select(v => (b, v))).Select((b, i) => (b, i)))
        {
            sounds.Add(await SpeakAsync(text.b, text.v, $"backchannel-{index}.wav"));
        }

        await OverAsync("backchannels", sounds, "backchannel");
    }

    public async Task NonSpeechAsync(DirectoryInfo? clips)
    {
        if (clips is null)
        {
            output.WriteLine("noise: skipped, no --nonspeech folder");
            return;
        }

        var files = clips.GetFiles("*.wav").Select(f => f.FullName).Order(StringComparer.Ordinal).ToList();
        var silent = 0;
        foreach (var file in files)
        {
            var result = await tool.CallAsync(file, "--no-greet", "--responder", "echo", "--listen-only", "4");
            silent += result.Answered == 0 ? 1 : 0;
            if (result.Answered > 0)
            {
                output.WriteLine($"  {Path.GetFileName(file)}: answered '{string.Join(" | ", result.Turns.Select(t => t.Heard))}'");
            }
        }

        Line("clips without speech, not answered", Percent(silent, files.Count));
        await OverAsync("short noises over a reply", files.Where(f => new FileInfo(f).Length < 60_000), "false");
    }

    public async Task PauseAsync()
    {
        var whole = 0;
        var paused = prompts.Select((p, i) => Pauses.Insert(p.Path, p.Text, TimeSpan.FromMilliseconds(700), Path.Combine(scratch, $"pause-{i}.wav"))).OfType<string>().ToList();
        foreach (var batch in paused.Chunk(Batch))
        {
            var result = await tool.CallAsync([.. batch, "--no-greet", "--responder", "echo", "--pause", "300"]);
            whole += result.Turns.Count(t => t.Splits == 0);
            foreach (var turn in result.Turns.Where(t => t.Splits > 0))
            {
                output.WriteLine($"  cut off: '{turn.Heard}'");
            }
        }

        Line("thinking pause of 700 ms, not cut off", Percent(whole, paused.Count));
    }

    public async Task LoadAsync(IReadOnlyList<int> callers, int seconds)
    {
        foreach (var n in callers)
        {
            var result = await tool.LoadAsync([.. prompts.Take(12).Select(p => p.Path), "--no-greet", "--responder", "echo", "--callers", n.ToString(CultureInfo.InvariantCulture), "--for", seconds.ToString(CultureInfo.InvariantCulture)]);
            Line($"{n} callers", $"speech end → first audio p50 {result.SpeechEndToAudioMs.P50:0} p95 {result.SpeechEndToAudioMs.P95:0} ms; {result.Answered} of {result.Turns} turns answered; hits {100 * result.Hits:0} %; talking {100 * result.Talking:0} %; errors {result.Errors.Count}");
        }
    }

    private async Task OverAsync(string name, IEnumerable<string> sounds, string wanted)
    {
        List<CallTurn> turns = [];
        var whole = 0;
        foreach (var batch in sounds.Chunk(4))
        {
            var talk = batch.Select((_, i) => prompts[i % prompts.Count].Path);
            var overs = batch.SelectMany(s => (string[])["--over", $"800:{s}"]);
            var result = await tool.CallAsync([.. talk, "--no-greet", "--responder", "echo", .. overs]);
            foreach (var (turn, sound) in result.Turns.Where(t => !t.Over).Zip(batch))
            {
                turns.Add(turn);
                var kept = turn.ReplyHeard == turn.Reply && turn.Interruption?.Outcome != "interrupted";
                whole += kept ? 1 : 0;
                if (!kept)
                {
                    output.WriteLine($"  {Path.GetFileName(sound)}: {turn.Interruption?.Outcome}, of '{turn.Reply}' heard '{turn.ReplyHeard}'");
                }
            }
        }

        Line(name + ", reply goes on whole", $"{Percent(whole, turns.Count)}; judged {wanted}: {turns.Count(t => t.Interruption?.Outcome == wanted)}");
    }

    private async Task<string> SpeakAsync(string text, string tier, string file)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        using var answer = await http.PostAsJsonAsync("/api/speak", new { text, tier, rate = 16_000 });
        answer.EnsureSuccessStatusCode();
        var path = Path.Combine(scratch, file);
        await File.WriteAllBytesAsync(path, await answer.Content.ReadAsByteArrayAsync());
        return path;
    }

    private void Report(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            output.WriteLine($"  error: {error}");
        }
    }

    private void Line(string name, string figures) => output.WriteLine($"{name,-44} {figures}");

    private static string Percent(int part, int whole) => whole == 0 ? "none" : $"{100.0 * part / whole:0} % ({part} of {whole})";

    private static string Spread(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToList();
        return sorted.Count == 0 ? "none" : $"p50 {sorted[sorted.Count / 2]:0} p95 {sorted[(int)((sorted.Count - 1) * 0.95)]:0} max {sorted[^1]:0} ms (n={sorted.Count})";
    }
}
