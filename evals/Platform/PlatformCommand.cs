using System.CommandLine;
using System.Globalization;

namespace Conversation.Evals.Platform;

/// <summary>Measures a running server the way a caller meets it, through ./call in real time.</summary>
internal static class PlatformCommand
{
    private static readonly string[] All = ["wer", "g711", "interrupt", "backchannel", "nonspeech", "pause", "load"];

    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "the server", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        var dir = new Option<DirectoryInfo>("--dir") { Description = "folder of recorded prompts (WAV)", Required = true };
        var transcripts = new Option<FileInfo>("--transcripts") { Description = "their words: file<TAB>text", Required = true };
        var nonspeech = new Option<DirectoryInfo?>("--nonspeech") { Description = "folder of clips without speech" };
        var only = new Option<string>("--only") { Description = "which of " + string.Join(",", All), DefaultValueFactory = _ => string.Join(",", All) };
        var count = new Option<int>("--count") { Description = "recordings used by each measurement, at most", DefaultValueFactory = _ => int.MaxValue };
        var seconds = new Option<int>("--seconds") { Description = "length of each load measurement", DefaultValueFactory = _ => 40 };
        var callers = new Option<string>("--callers") { Description = "numbers of callers at once", DefaultValueFactory = _ => "1,2,4,8,16" };
        var command = new Command("platform", "Measures a running server through ./call: words, latency, interruption, backchannels, noise, pauses, load.") { url, dir, transcripts, nonspeech, only, count, seconds, callers };
        command.SetAction(async result =>
        {
            var root = FindRoot();
            var tool = new CallTool(root, result.GetValue(url)!);
            var prompts = Transcribed(result.GetValue(dir)!, result.GetValue(transcripts)!).Take(result.GetValue(count)).ToList();
            var run = new PlatformRun(tool, prompts, result.GetValue(url)!, Console.Out);
            foreach (var name in result.GetValue(only)!.Split(','))
            {
                await (name switch
                {
                    "wer" => run.WordsAsync(g711: false),
                    "g711" => run.WordsAsync(g711: true),
                    "interrupt" => run.InterruptAsync(),
                    "backchannel" => run.BackchannelAsync(),
                    "nonspeech" => run.NonSpeechAsync(result.GetValue(nonspeech)),
                    "pause" => run.PauseAsync(),
                    "load" => run.LoadAsync([.. result.GetValue(callers)!.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))], result.GetValue(seconds)),
                    _ => throw new InvalidOperationException($"'{name}' is none of {string.Join(",", All)}."),
                });
            }
        });
        return command;
    }

    private static IEnumerable<(string Path, string Text)> Transcribed(DirectoryInfo dir, FileInfo transcripts) =>
        from line in File.ReadLines(transcripts.FullName)
        let fields = line.Split('\t')
        where fields.Length == 2 && File.Exists(Path.Combine(dir.FullName, fields[0]))
        select (Path.Combine(dir.FullName, fields[0]), fields[1]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Conversation.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
