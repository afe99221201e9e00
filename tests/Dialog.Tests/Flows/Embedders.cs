using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.MiniLm;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Dialog.Tests.Flows;

internal static class Embedders
{
    /// <summary>One model for all tests of the process.</summary>
    public static ITextEmbedder Real { get; } = new MiniLmEmbedder(
        new MiniLmOptions { ModelPath = Weights.File("minilm", "model.onnx"), TokenizerPath = Weights.File("minilm", "tokenizer.json") },
        LaneServices.Quiet);
}
