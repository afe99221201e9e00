namespace Conversation.Speech.Cache;

/// <summary>What makes two clauses sound alike.</summary>
internal readonly record struct PhraseKey(string Text, string Tier, string Voice, float Speed, int SampleRate);

/// <summary>Clauses that were spoken, the least recently used dropped first, bounded in bytes. Safe from many threads.</summary>
internal sealed class PhraseCache(long capacity)
{
    private readonly object _gate = new();
    private readonly Dictionary<PhraseKey, LinkedListNode<(PhraseKey Key, SpokenClause Clause)>> _byKey = [];
    private readonly LinkedList<(PhraseKey Key, SpokenClause Clause)> _recent = [];

    internal long Bytes { get; private set; }

    internal SpokenClause? Find(PhraseKey key)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Clause;
        }
    }

    internal void Add(PhraseKey key, SpokenClause clause)
    {
        lock (_gate)
        {
            if (Size(clause) > capacity || _byKey.ContainsKey(key))
            {
                return;
            }

            Bytes += Size(clause);
            _byKey[key] = _recent.AddFirst((key, clause));
            while (Bytes > capacity)
            {
                var (old, dropped) = _recent.Last!.Value;
                _recent.RemoveLast();
                _byKey.Remove(old);
                Bytes -= Size(dropped);
            }
        }
    }

    private static long Size(SpokenClause clause) => (clause.Pcm.Length * sizeof(short)) + (clause.Text.Length * sizeof(char)) + (clause.Words.Count * 64L) + 256;
}
