using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>What a model made of a clause: samples, and for each character of the phonemes the sample at which it ends.</summary>
internal readonly record struct ModelSpeech(float[] Samples, int[]? PhonemeEnds);

/// <summary>A loaded speech model: one blocking run per clause, safe from several threads.</summary>
internal interface ISpeechModel : IDisposable
{
    /// <summary>Where it runs.</summary>
    string Device { get; }

    int SampleRate { get; }

    /// <summary>Speaks one clause. <paramref name="run"/> may be told to terminate from another thread; the run then throws.</summary>
    ModelSpeech Speak(string phonemes, string voice, float speed, RunOptions run);
}
