using System.Collections.Concurrent;
using Conversation.Core;

namespace Conversation.Sessions.Pump;

/// <summary>Whose turn it is to handle an input: exactly one at a time, in the order posted.</summary>
internal interface IInputHandler
{
    void Handle(in SessionInput input);
}

/// <summary>
/// The bounded queue in front of a session. Any thread posts; inputs are handled one at a time wherever <paramref name="schedule"/> puts the work
/// (the thread pool in this process, a grain's scheduler in a cluster). Allocates nothing in steady state.
/// </summary>
internal sealed class Mailbox(IInputHandler handler, int capacity, Action<IThreadPoolWorkItem> schedule, bool held = false) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<SessionInput> queue = new();
    private int count;
    private int scheduled = held ? 1 : 0;

    public static void OnThreadPool(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    /// <summary>False where the queue is full: the session cannot keep up and must be closed by its host.</summary>
    public bool Post(in SessionInput input)
    {
        if (Interlocked.Increment(ref count) > capacity)
        {
            Interlocked.Decrement(ref count);
            return false;
        }

        queue.Enqueue(input);
        if (Interlocked.Exchange(ref scheduled, 1) == 0)
        {
            schedule(this);
        }

        return true;
    }

    /// <summary>Held from the beginning, it handles what came and what comes from now on. Called once.</summary>
    public void LetGo() => schedule(this);

    public void Execute()
    {
        do
        {
            Drain();
            Interlocked.Exchange(ref scheduled, 0);
        }
        while (!queue.IsEmpty && Interlocked.Exchange(ref scheduled, 1) == 0);
    }

    /// <summary>Handles what waits, here and now. For a caller that is where the work is scheduled to.</summary>
    public void Drain()
    {
        while (queue.TryDequeue(out var input))
        {
            Interlocked.Decrement(ref count);
            handler.Handle(input);
        }
    }
}
