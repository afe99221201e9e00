using System.Security.Cryptography;
using System.Runtime.InteropServices;
using System.Text;
using Conversation.Audio;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>Recognition and voice activity, each clip asked once: answers are kept on disk, so that endpointing can be tried again in seconds.</summary>
internal sealed class EndpointingEars(DirectoryInfo cache) : IDisposable
{
    private readonly Lazy<MoonshineRecognizer> _tiny = new(() => Engines.Recognizer("tiny"));
    private readonly Lazy<MoonshineRecognizer> _base = new(() => Engines.Recognizer("base"));
    private readonly Lazy<SileroVoiceActivity> _voice = new(Engines.VoiceActivity);

    public async Task<(string Text, float Confidence)> HearAsync(ReadOnlyMemory<float> samples, bool accurate)
    {
        var path = PathOf(accurate ? "base" : "tiny", samples.Span);
        if (!File.Exists(path))
        {
            var heard = await (accurate ? _base : _tiny).Value.RecognizeAsync(samples, new RecognitionRequest("eval", RecognitionTier.Accurate), default);
            await File.WriteAllTextAsync(path, FormattableString.Invariant($"{heard.Confidence}\t{heard.Text}"));
        }

        var line = await File.ReadAllTextAsync(path);
        var tab = line.IndexOf('\t');
        return (line[(tab + 1)..], float.Parse(line.AsSpan(0, tab), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>For each window its speech probability, level and pitch.</summary>
    public async Task<(float Score, float Level, float Pitch)[]> ScoreAsync(float[] samples)
    {
        var path = PathOf("voice", samples);
        if (!File.Exists(path))
        {
            var facts = await MeasureAsync(samples);
            await File.WriteAllBytesAsync(path, MemoryMarshal.AsBytes(facts.AsSpan()).ToArray());
        }

        return MemoryMarshal.Cast<byte, (float, float, float)>(await File.ReadAllBytesAsync(path)).ToArray();
    }

    public void Dispose()
    {
        foreach (var engine in new IDisposable?[] { _tiny.IsValueCreated ? _tiny.Value : null, _base.IsValueCreated ? _base.Value : null, _voice.IsValueCreated ? _voice.Value : null })
        {
            engine?.Dispose();
        }
    }

    // As the pump does it: silence has no pitch.
    private async Task<(float Score, float Level, float Pitch)[]> MeasureAsync(float[] samples)
    {
        var scores = await VoiceScores.OfAsync(_voice.Value, samples);
        var pitch = new PitchTracker();
        return [.. scores.Select((score, i) =>
        {
            var window = samples.AsSpan(i * IVoiceActivity.WindowSamples, IVoiceActivity.WindowSamples);
            var (level, hertz) = (Levels.RmsDb(window), pitch.Track(window));
            return (score, level, level > -55 ? hertz : 0);
        })];
    }

    private string PathOf(string kind, ReadOnlySpan<float> samples) =>
        Path.Combine(cache.FullName, kind + "-" + Convert.ToHexString(SHA1.HashData(MemoryMarshal.AsBytes(samples)))[..24]);
}
