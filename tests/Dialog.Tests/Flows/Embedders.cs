using Conversation.Inference.Ports;

namespace Conversation.Dialog.Tests.Flows;

internal static class Embedders
{
    public static ITextEmbedder Real() => new BagOfWords();
}
