using System.CommandLine;
using Conversation.Core;
using Conversation.Core.Endpointing;

namespace Conversation.Evals;

/// <summary>"endpointing": whether callers who stop to think are cut off, and how long those wait who are done.</summary>
internal static class EndpointingCommand
{
    public static Command Create()
    {
        var dir = new Option<DirectoryInfo?>("--dir") { Description = "Folder of WAV files." };
        var transcripts = new Option<FileInfo?>("--transcripts") { Description = "TSV: file, tab, text." };
        var spoken = new Option<string?>("--spoken") { Description = "Also callers' sentences spoken by a tier: fast or expressive." };
        var sentences = new Option<FileInfo?>("--sentences") { Description = "What is spoken, a sentence a line; long ones of a front desk where it is left out." };
        var voice = new Option<string?>("--voice") { Description = "Spoken by this voice only; by several in turn where it is left out." };
        var cache = new Option<DirectoryInfo>("--cache") { DefaultValueFactory = _ => new(Path.Combine(Path.GetTempPath(), "conversation-endpointing")), Description = "Where scores and words are kept." };
        var half = new Option<string>("--half") { DefaultValueFactory = _ => "all", Description = "develop, held or all." };
        var preset = new Option<string>("--preset") { DefaultValueFactory = _ => "balanced", Description = "quick, balanced or patient." };
        var pause = new Option<int>("--pause") { DefaultValueFactory = _ => 700, Description = "The thinking pause in milliseconds." };
        var cuts = new Option<int>("--cuts") { DefaultValueFactory = _ => 2, Description = "Pauses tried in a clip, one at a time." };
        var take = new Option<int>("--take") { DefaultValueFactory = _ => int.MaxValue, Description = "Only so many clips." };
        var outFile = new Option<FileInfo?>("--out") { Description = "TSV of each moment judged: end or pause, clip, words, and pitch, level and score of each window before." };
        var show = new Option<bool>("--show") { Description = "Print each case." };
        var command = new Command("endpointing", "Thinking pauses not cut off, and the wait at the true end.") { dir, transcripts, spoken, sentences, voice, cache, half, preset, pause, cuts, take, show, outFile };
        command.SetAction(async (arguments, cancellation) =>
        {
            var folder = arguments.GetValue(cache)!;
            folder.Create();
            using var ears = new EndpointingEars(folder);
            var options = new CoreOptions { Endpointing = EndpointingOptions.Preset(arguments.GetValue(preset)!) ?? throw new ArgumentException("No such preset.") };
            var part = arguments.GetValue(half);
            bool Wanted(string name) => part == "all" || EndpointingClip.IsHeldOut(name) == (part == "held");
            var clips = new List<EndpointingClip>();
            if (arguments.GetValue(dir) is { } folderOfClips && arguments.GetValue(transcripts) is { } texts)
            {
                await foreach (var clip in EndpointingClips.RecordedAsync(ears, folderOfClips, texts, arguments.GetValue(cuts), Wanted))
                {
                    clips.Add(clip);
                }
            }

            if (arguments.GetValue(spoken) is { } tier)
            {
                var said = arguments.GetValue(sentences) is { } lines ? await File.ReadAllLinesAsync(lines.FullName, cancellation) : EndpointingSentences.All;
                await foreach (var clip in EndpointingClips.SpokenAsync(folder, tier, arguments.GetValue(voice), said, arguments.GetValue(cuts), Wanted))
                {
                    clips.Add(clip);
                }
            }

            var report = new EndpointingReport(arguments.GetValue(show));
            foreach (var clip in clips.Take(arguments.GetValue(take)))
            {
                await MeasureAsync(clip, ears, options, arguments.GetValue(pause), report);
            }

            report.Print();
            if (arguments.GetValue(outFile) is { } file)
            {
                await File.WriteAllLinesAsync(file.FullName, report.Moments, cancellation);
            }
        });
        return command;
    }

    private static async Task MeasureAsync(EndpointingClip clip, EndpointingEars ears, CoreOptions options, int pauseMs, EndpointingReport report)
    {
        var digital = (EndpointingClip.Hash(clip.Name) & 2) == 0;
        var end = EndpointingClip.Time(clip.SpeechEnd);
        var (call, audio) = (new EndpointingCall(ears, options, null), clip.Whole(digital));
        report.TakeWhole(clip, end, await call.RunAsync(audio, end + TimeSpan.FromSeconds(2)), call.Estimate);
        report.TakeMoment("end", clip, call.Judged, await ears.ScoreAsync(audio), TimeSpan.MaxValue);
        foreach (var (at, words) in clip.Boundaries.Where(b => !clip.EndsSentence(b.Words)))
        {
            var resumed = EndpointingClip.Time(at) + TimeSpan.FromMilliseconds(pauseMs);
            (call, audio) = (new EndpointingCall(ears, options, null), clip.Paused(at, pauseMs, digital));
            report.TakePause(clip, words, EndpointingClip.Time(at), resumed, await call.RunAsync(audio, resumed), call.Estimate);
            report.TakeMoment("pause", clip, call.Judged, await ears.ScoreAsync(audio), resumed);
        }
    }
}
