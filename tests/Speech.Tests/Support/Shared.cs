using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Pronunciation;

namespace Conversation.Speech.Tests.Support;

/// <summary>What is slow to load, once for all tests.</summary>
internal static class Shared
{
    private static readonly Lazy<Dictionary> LazyDictionary = new(() => Dictionary.Load(TestKit.Weights.File("cmudict-kokoro", "en-us.txt")));
    private static readonly Lazy<DeepPhonemizer> LazyUnseen = new(() => new DeepPhonemizer(TestKit.Weights.File("deep-phonemizer", "deep-phonemizer.onnx"), TestKit.Weights.File("deep-phonemizer", "tokenizer.json")));
    private static readonly Lazy<PhonemeWriter> LazyPhonemes = new(() => new PhonemeWriter(LazyDictionary.Value, LazyUnseen.Value));
    private static readonly Lazy<VitsSynthesizer> LazyVits = new(() => new VitsSynthesizer(VitsOptions, LaneServices.Quiet));

    internal static Dictionary Dictionary => LazyDictionary.Value;

    internal static DeepPhonemizer Unseen => LazyUnseen.Value;

    internal static PhonemeWriter Phonemes => LazyPhonemes.Value;

    internal static Normaliser Normaliser => new(Phonemes.Knows);

    internal static VitsSynthesizer Vits => LazyVits.Value;

    internal static VitsOptions VitsOptions => new() { ModelPath = TestKit.Weights.File("vits-libritts", "model.onnx"), TokensPath = TestKit.Weights.File("vits-libritts", "tokens.txt"), Noise = 0, RhythmNoise = 0 };
}
