using Conversation.Inference.Ports;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>Stands in for the embedding where a test is about something else: likeness is shared words.</summary>
internal sealed class BagOfWords : ITextEmbedder
{
    public int Dimensions => 1024;

    public Task<float[]> EmbedAsync(string text, CancellationToken cancellation)
    {
        var vector = new float[Dimensions];
        foreach (var word in text.ToLowerInvariant().Split([' ', '.', ',', '?', '!', '\''], StringSplitOptions.RemoveEmptyEntries))
        {
            var hash = 17u;
            foreach (var c in word.TrimEnd('s'))
            {
                hash = (hash * 31) + c;
            }

            vector[hash % (uint)Dimensions] += word.Length <= 3 ? 0.4f : 1;
        }

        var length = MathF.Sqrt(vector.Sum(v => v * v));
        return Task.FromResult(length == 0 ? vector : Array.ConvertAll(vector, v => v / length));
    }
}
