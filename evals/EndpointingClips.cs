using System.Globalization;
using System.Runtime.InteropServices;
using Conversation.Audio;
using Conversation.Speech;

namespace Conversation.Evals;

/// <summary>Where the clips come from: recorded prompts with their text, and callers' sentences spoken by the platform's own voices.</summary>
internal static class EndpointingClips
{
    private const int Rate = Recordings.Rate;
    private static readonly string[] FastVoices = ["", "speaker-100", "speaker-300"];

    public static async IAsyncEnumerable<EndpointingClip> RecordedAsync(EndpointingEars ears, DirectoryInfo dir, FileInfo transcripts, int cuts, Func<string, bool> wanted)
    {
        foreach (var line in File.ReadLines(transcripts.FullName).Where(static line => line.Contains('\t')))
        {
            var (file, text) = (line[..line.IndexOf('\t')], line[(line.IndexOf('\t') + 1)..].Trim());
            if (!wanted(file))
            {
                continue;
            }

            var samples = Recordings.Read(Path.Combine(dir.FullName, file));
            if (samples.Length > Rate / 2 && EndpointingClip.Tokens(text).Length >= 2)
            {
                yield return new(file, text, samples, await EndpointingBoundaries.FindAsync(ears, file, text, samples, cuts), Synthetic: false);
            }
        }
    }

    /// <summary>Spoken once and kept, for the voices never say a thing twice alike.</summary>
    public static async IAsyncEnumerable<EndpointingClip> SpokenAsync(DirectoryInfo cache, string tier, string? voice, string[] sentences, int cuts, Func<string, bool> wanted)
    {
        SpeechEngines? speech = null;
        for (var i = 0; i < sentences.Length; i++)
        {
            var text = sentences[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"{tier}-{i:00}-{EndpointingClip.Hash(text)}{(voice is null ? "" : "-")}{voice}");
            if (!wanted(name))
            {
                continue;
            }

            var (wav, ends) = (Path.Combine(cache.FullName, name + ".wav"), Path.Combine(cache.FullName, name + ".ends"));
            if (!File.Exists(ends))
            {
                speech ??= new SpeechEngines(tier);
                await SpeakAsync(speech, text, new SpeakingStyle(tier, voice ?? Voice(speech, tier, i)), wav, ends);
            }

            var at = (await File.ReadAllTextAsync(ends)).Split(' ').Select(static n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            var words = EndpointingClip.Tokens(text).Length;
            var boundaries = Enumerable.Range(2, Math.Max(0, words - 3)).Where(n => n - 1 < at.Length).OrderBy(n => EndpointingClip.Hash(name + n)).Take(cuts).Select(n => (at[n - 1], n)).ToList();
            yield return new(name, text, Recordings.Read(wav), at.Length == words ? boundaries : [], Synthetic: true);
        }

        speech?.Dispose();
    }

    private static string Voice(SpeechEngines speech, string tier, int index) =>
        speech.Synthesizer.Voices is { Count: > 1 } voices ? voices[index % Math.Min(voices.Count, 6)].Id : FastVoices[index % FastVoices.Length];

    private static async Task SpeakAsync(SpeechEngines speech, string text, SpeakingStyle style, string wav, string ends)
    {
        var pcm = new List<short>();
        var at = new List<int>();
        await foreach (var clause in speech.Speaker.SpeakAsync("eval", One(text), style, Rate, default))
        {
            at.AddRange(clause.Words.Select(word => word.End + pcm.Count));
            pcm.AddRange(clause.Pcm);
        }

        await File.WriteAllBytesAsync(wav, WavFile.Write(CollectionsMarshal.AsSpan(pcm), Rate));
        await File.WriteAllTextAsync(ends, string.Join(' ', at));
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask;
    }
}
