using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>The engines as the platform runs them, on the weights in the cache.</summary>
internal static class Engines
{
    public static RejectionOptions NoRejection { get; } = new() { MinConfidence = 0, MinStockConfidence = 0, MinSilence = 0 };

    public static MoonshineRecognizer Recognizer(string model, int threads = 1, RejectionOptions? rejection = null) =>
        new(new MoonshineOptions { Quick = Moonshine(model, threads), VocabularyPath = Weights.File("llama-tokenizer", "llama-tokenizer.js"), Rejection = rejection ?? new() }, LaneServices.Quiet);

    public static SileroVoiceActivity VoiceActivity() => new(new SileroOptions { ModelPath = Weights.File("silero-vad-v6", "silero_vad_v6.onnx") }, LaneServices.Quiet);

    private static MoonshineModelOptions Moonshine(string size, int threads) => new()
    {
        EncoderPath = Weights.File("moonshine-" + size, "encoder_model.onnx"),
        DecoderPath = Weights.File("moonshine-" + size, "decoder_model_merged.onnx"),
        Device = new DeviceOptions { Threads = threads },
    };
}
