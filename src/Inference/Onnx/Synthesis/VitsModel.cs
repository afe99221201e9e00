using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>
/// Piper's VITS export. Inputs: <c>input</c> int64 [1,T], <c>input_lengths</c> int64 [1], <c>scales</c> float [3] (noise, length, rhythm noise), <c>sid</c> int64 [1];
/// output [1,1,1,N]. Tokens: ^ _ p _ p _ … $, a blank after each. <c>/Ceil_output_0</c> [1,1,T] is each token's length in frames of 256 samples.
/// </summary>
internal sealed class VitsModel : ISpeechModel
{
    private const string Durations = "/Ceil_output_0";
    private const int Hop = 256;
    private readonly OnnxModel _model;
    private readonly VitsTokens _tokens;
    private readonly VitsOptions _options;
    private readonly int _speakers;

    internal VitsModel(VitsOptions options, ILogger logger)
    {
        _options = options;
        _tokens = VitsTokens.Load(options.TokensPath);
        _model = OnnxModel.Load(options.ModelPath, options.Device, logger, content: ModelWithDurations.Read(options.ModelPath, Durations, ModelWithDurations.FloatType));
        var facts = _model.Session.ModelMetadata.CustomMetadataMap;
        SampleRate = int.Parse(facts["sample_rate"], System.Globalization.CultureInfo.InvariantCulture);
        _speakers = int.Parse(facts["n_speakers"], System.Globalization.CultureInfo.InvariantCulture);
    }

    public string Device => _model.Device;

    public int SampleRate { get; }

    public ModelSpeech Speak(string phonemes, string voice, float speed, RunOptions run)
    {
        var speaker = VitsVoices.Speaker(voice);
        if (speaker >= _speakers)
        {
            throw new ArgumentException($"The voice '{voice}' names speaker {speaker}; the model has {_speakers}.");
        }

        var tokens = _tokens.Encode(phonemes);
        long[] length = [tokens.Ids.Length], sid = [speaker];
        float[] scales = [_options.Noise, 1 / (_options.Pace * speed), _options.RhythmNoise];
        using var input = OrtValue.CreateTensorValueFromMemory(tokens.Ids, [1, tokens.Ids.Length]);
        using var lengths = OrtValue.CreateTensorValueFromMemory(length, [1]);
        using var scale = OrtValue.CreateTensorValueFromMemory(scales, [3]);
        using var who = OrtValue.CreateTensorValueFromMemory(sid, [1]);
        using var outputs = _model.Session.Run(run, ["input", "input_lengths", "scales", "sid"], [input, lengths, scale, who], ["output", Durations]);
        var samples = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        return new(samples, Ends(outputs[1].GetTensorDataAsSpan<float>(), tokens.LastToken, samples.Length));
    }

    private static int[] Ends(ReadOnlySpan<float> frames, int[] lastToken, int samples)
    {
        var ends = new int[lastToken.Length];
        var sum = 0f;
        var token = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            while (token <= lastToken[i])
            {
                sum += frames[token++];
            }

            ends[i] = Math.Min((int)sum * Hop, samples);
        }

        return ends;
    }

    public void Dispose() => _model.Dispose();
}
