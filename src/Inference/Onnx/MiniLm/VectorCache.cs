namespace Conversation.Inference.Onnx.MiniLm;

/// <summary>The vectors of the texts used last. Thread-safe.</summary>
internal sealed class VectorCache(int capacity)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Text, float[] Vector)>> _byText = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Text, float[] Vector)> _byUse = [];

    public float[]? Find(string text)
    {
        lock (_gate)
        {
            if (!_byText.TryGetValue(text, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Vector;
        }
    }

    public void Add(string text, float[] vector)
    {
        lock (_gate)
        {
            if (capacity == 0 || _byText.ContainsKey(text))
            {
                return;
            }

            _byText.Add(text, _byUse.AddFirst((text, vector)));
            if (_byText.Count > capacity)
            {
                _byText.Remove(_byUse.Last!.Value.Text);
                _byUse.RemoveLast();
            }
        }
    }
}
