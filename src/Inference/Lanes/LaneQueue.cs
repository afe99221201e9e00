namespace Conversation.Inference.Lanes;

/// <summary>
/// The waiting requests of a lane: higher priority first; within a priority one request of each session in turn, so that a backlog of one session delays only that session.
/// Not thread-safe: the lane's lock guards it.
/// </summary>
internal sealed class LaneQueue<TRequest, TResult>
{
    private readonly SortedDictionary<int, Level> _levels = new(Comparer<int>.Create((a, b) => b.CompareTo(a)));

    public int Count { get; private set; }

    public void Add(LaneItem<TRequest, TResult> item)
    {
        if (!_levels.TryGetValue(item.Priority, out var level))
        {
            _levels.Add(item.Priority, level = new Level());
        }

        if (!level.Sessions.TryGetValue(item.Session, out var backlog))
        {
            // Not ahead of sessions that already wait: at the end of the round.
            level.Sessions.Add(item.Session, backlog = level.Round.AddLast(new LinkedList<LaneItem<TRequest, TResult>>()));
        }

        item.Node = backlog.Value.AddLast(item);
        Count++;
    }

    public bool Remove(LaneItem<TRequest, TResult> item)
    {
        if (item.Node is null)
        {
            return false;
        }

        var level = _levels[item.Priority];
        var backlog = level.Sessions[item.Session];
        backlog.Value.Remove(item.Node);
        item.Node = null;
        Count--;
        if (backlog.Value.Count == 0)
        {
            level.Round.Remove(backlog);
            level.Sessions.Remove(item.Session);
        }

        return true;
    }

    /// <summary>The requests of a session waiting at a priority, oldest first.</summary>
    public IEnumerable<LaneItem<TRequest, TResult>> Waiting(string session, int priority) =>
        _levels.TryGetValue(priority, out var level) && level.Sessions.TryGetValue(session, out var backlog) ? backlog.Value : [];

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LaneItem<TRequest, TResult>? item)
    {
        foreach (var level in _levels.Values)
        {
            if (level.Round.First is not { } backlog)
            {
                continue;
            }

            item = backlog.Value.First!.Value;
            level.Round.Remove(backlog);
            level.Round.AddLast(backlog);
            Remove(item);
            return true;
        }

        item = null;
        return false;
    }

    /// <summary>When the oldest waiting request came; <see cref="long.MaxValue"/> where none waits.</summary>
    public long OldestEnqueuedAt()
    {
        var oldest = long.MaxValue;
        foreach (var level in _levels.Values)
        {
            foreach (var backlog in level.Round)
            {
                oldest = Math.Min(oldest, backlog.First!.Value.EnqueuedAt);
            }
        }

        return oldest;
    }

    private sealed class Level
    {
        public Dictionary<string, LinkedListNode<LinkedList<LaneItem<TRequest, TResult>>>> Sessions { get; } = [];

        public LinkedList<LinkedList<LaneItem<TRequest, TResult>>> Round { get; } = [];
    }
}
