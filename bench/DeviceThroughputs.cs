using System.Collections.Concurrent;
using System.Diagnostics;
using Conversation.Inference.Onnx;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Bench;

/// <summary>Voice activity by batch size, the one lane that batches; the others by requests side by side, each lane with as many workers as the most of them.</summary>
internal sealed class DeviceThroughputs(DeviceArguments arguments, ModelCatalog models, IReadOnlyList<SpokenSentence> sentences)
{
    private const double WindowSeconds = IVoiceActivity.WindowSamples / 16_000.0;

    private TimeSpan Level => TimeSpan.FromSeconds(arguments.Quick ? 1 : 6);

    public async Task FindAsync(Action<DeviceThroughput> found)
    {
        foreach (var batch in arguments.Quick ? (int[])[1, 16, 256] : [1, 2, 4, 8, 16, 32, 64, 128, 256])
        {
            found(VoiceActivity(batch));
        }

        var levels = arguments.Quick ? (int[])[1, 2] : [1, 2, 4, 8, 16, 32];
        using var engines = await DeviceEngines.LoadAsync(new DeviceSetup(arguments.Device, Workers: levels[^1], SpeechWorkers: levels[^1]), models);
        foreach (var level in levels)
        {
            found(await SideBySideAsync("moonshine-tiny", level, (sentence, caller) => HearAsync(sentence, caller, RecognitionTier.Quick)));
        }

        foreach (var level in levels)
        {
            found(await SideBySideAsync("moonshine-base", level, (sentence, caller) => HearAsync(sentence, caller, RecognitionTier.Accurate)));
        }

        foreach (var (model, tier) in new[] { ("vits", "fast"), ("kokoro", "expressive") })
        {
            foreach (var level in engines.Synthesizer(tier) is null ? [] : levels)
            {
                found(await SideBySideAsync(model, level, async (sentence, caller) =>
                {
                    var speech = await engines.Synthesizer(tier)!.SynthesizeAsync(new SynthesisRequest(caller, sentence.Phonemes, engines.Synthesizer(tier)!.Voices[0].Id), default);
                    return speech.Samples.Length / (double)speech.SampleRate;
                }));
            }
        }

        async Task<double> HearAsync(SpokenSentence sentence, string caller, RecognitionTier tier)
        {
            await engines.Recognizer.RecognizeAsync(sentence.Samples, new RecognitionRequest(caller, tier), default);
            return sentence.Seconds;
        }
    }

    private DeviceThroughput VoiceActivity(int batch)
    {
        using var model = new SileroModel(models.PathOf("silero-vad-v6", "silero_vad_v6.onnx"), batch, NullLogger.Instance, new DeviceOptions { Device = arguments.Device });
        if (model.Device != arguments.Device)
        {
            throw new DeviceFellBackException($"silero did not load on {arguments.Device}");
        }

        for (var row = 0; row < batch; row++)
        {
            sentences[0].Samples.AsSpan(row * 16, SileroModel.Row).CopyTo(model.Input.AsSpan(row * SileroModel.Row));
        }

        List<double> times = [];
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < Level / 4;)
        {
            model.Run(batch);
        }

        var all = Stopwatch.StartNew();
        while (all.Elapsed < Level / 2)
        {
            var start = Stopwatch.GetTimestamp();
            model.Run(batch);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var perSecond = times.Count * batch / all.Elapsed.TotalSeconds;
        times.Sort();
        return new("silero", "windows in a run", batch, perSecond, perSecond * WindowSeconds, Percentile(times, 0.5), Percentile(times, 0.95));
    }

    private async Task<DeviceThroughput> SideBySideAsync(string model, int callers, Func<SpokenSentence, string, Task<double>> ask)
    {
        // Each length once before it counts: on a device a new shape costs more the first time.
        await Task.WhenAll(sentences.Select(sentence => ask(sentence, "warm-up " + sentence.Text)));
        ConcurrentBag<double> times = [];
        double seconds = 0;
        var all = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var turn = caller; all.Elapsed < Level; turn++)
            {
                var start = Stopwatch.GetTimestamp();
                var sound = await ask(sentences[turn % sentences.Count], $"caller {caller}");
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                lock (times)
                {
                    seconds += sound;
                }
            }
        })));
        var took = all.Elapsed.TotalSeconds;
        var sorted = times.Order().ToList();
        return new(model, "side by side", callers, sorted.Count / took, seconds / took, Percentile(sorted, 0.5), Percentile(sorted, 0.95));
    }

    /// <summary>Of sorted numbers; 0 where there are none.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
