using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>
/// Kokoro-82M. Inputs: <c>input_ids</c> int64 [1,T] with a 0 at both ends, <c>style</c> float [1,256], <c>speed</c> float [1]; output <c>waveform</c> [1,N] at 24 kHz.
/// <c>/encoder/Clip_output_0</c> is each token's length in frames of 600 samples.
/// </summary>
internal sealed class KokoroModel : ISpeechModel
{
    /// <summary>The most tokens one run takes, the two ends apart.</summary>
    internal const int MaxTokens = 510;

    private const string Durations = "/encoder/Clip_output_0";
    private const int Hop = 600;
    private readonly OnnxModel _model;
    private readonly KokoroVoices _voices;

    internal KokoroModel(KokoroOptions options, ILogger logger)
    {
        _voices = new KokoroVoices(options.VoicesPath, options.DefaultVoice);
        _model = OnnxModel.Load(options.ModelPath, options.Device, logger, content: ModelWithDurations.Read(options.ModelPath, Durations, ModelWithDurations.HalfType));
    }

    public string Device => _model.Device;

    public int SampleRate => 24_000;

    internal KokoroVoices Voices => _voices;

    public ModelSpeech Speak(string phonemes, string voice, float speed, RunOptions run)
    {
        var style = _voices.Style(voice);
        var samples = new List<float[]>();
        var ends = new int[phonemes.Length];
        var done = 0;
        var length = 0;
        foreach (var part in KokoroTokens.Split(phonemes, MaxTokens - 2))
        {
            var spoken = SpeakSoundly(phonemes.Substring(part.Start, part.Length), style, speed, run);
            for (var i = 0; i < part.Length; i++)
            {
                ends[done++] = length + spoken.PhonemeEnds![i];
            }

            samples.Add(spoken.Samples);
            length += spoken.Samples.Length;
        }

        return new(samples.Count == 1 ? samples[0] : [.. samples.SelectMany(s => s)], ends);
    }

    /// <summary>
    /// The half-precision export overflows on some inputs, and then every sample is not a number. What is heard as the same (a space more, a hair's breadth of speed) lies elsewhere and passes.
    /// </summary>
    private ModelSpeech SpeakSoundly(string phonemes, ReadOnlyMemory<float> style, float speed, RunOptions run)
    {
        foreach (var (attempt, pace) in new[] { (phonemes, 1f), (phonemes + " ", 1f), (" " + phonemes + " ", 1f), (phonemes + " ", 1.02f), (phonemes, 0.98f) })
        {
            var spoken = SpeakPart(attempt, style, speed * pace, run);
            if (spoken.Samples.Length > 0 && float.IsFinite(spoken.Samples[spoken.Samples.Length / 2]))
            {
                var lead = attempt.StartsWith(' ') && !phonemes.StartsWith(' ') ? 1 : 0;
                return spoken with { PhonemeEnds = spoken.PhonemeEnds![lead..(lead + phonemes.Length)] };
            }
        }

        throw new InvalidOperationException($"Kokoro gave no finite samples for a clause of {phonemes.Length} phonemes.");
    }

    private ModelSpeech SpeakPart(ReadOnlySpan<char> phonemes, ReadOnlyMemory<float> style, float speed, RunOptions run)
    {
        var (ids, last) = KokoroTokens.Encode(phonemes);
        var row = Math.Clamp(ids.Length - 3, 0, KokoroVoices.Rows - 1);
        using var input = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using var styled = OrtValue.CreateTensorValueFromMemory(style.Slice(row * KokoroVoices.Width, KokoroVoices.Width).ToArray(), [1, KokoroVoices.Width]);
        using var pace = OrtValue.CreateTensorValueFromMemory<float>([speed], [1]);
        using var outputs = _model.Session.Run(run, ["input_ids", "style", "speed"], [input, styled, pace], ["waveform", Durations]);
        var samples = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        var frames = outputs[1].GetTensorDataAsSpan<Float16>();
        var ends = new int[last.Length];
        var sum = 0f;
        var token = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            while (token <= last[i])
            {
                sum += (float)frames[token++];
            }

            ends[i] = Math.Min((int)sum * Hop, samples.Length);
        }

        return new(samples, ends);
    }

    public void Dispose() => _model.Dispose();
}
