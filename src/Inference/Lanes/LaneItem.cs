namespace Conversation.Inference.Lanes;

/// <summary>One request in a lane: waiting, running, or answered. Whoever answers first (the run, cancellation, the watchdog) wins; later answers are dropped.</summary>
internal sealed class LaneItem<TRequest, TResult>
{
    // Continuations never run on the lane's thread: a slow awaiter must not hold up the device.
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LaneItem(string session, TRequest request, int priority, long enqueued, CancellationToken cancellation) =>
        (Session, Request, Priority, EnqueuedAt, Cancellation) = (session, request, priority, enqueued, cancellation);

    /// <summary>Whose it is: the key of fairness.</summary>
    public string Session { get; }

    /// <summary>What is asked.</summary>
    public TRequest Request { get; }

    /// <summary>Higher runs first.</summary>
    public int Priority { get; }

    /// <summary>Cancelled when nobody waits for the answer any more; a run looks at it between steps.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>How long it waited; known once it runs.</summary>
    public TimeSpan Queued { get; internal set; }

    /// <summary>Whether it has its answer.</summary>
    public bool IsAnswered => _answer.Task.IsCompleted;

    internal Task<TResult> Answer => _answer.Task;

    internal long EnqueuedAt { get; }

    internal LinkedListNode<LaneItem<TRequest, TResult>>? Node { get; set; }

    /// <summary>Answers it.</summary>
    public bool Complete(TResult result) => _answer.TrySetResult(result);

    /// <summary>Fails it alone, the rest of the batch going on. <see cref="OperationCanceledException"/> of its own token counts as cancelled.</summary>
    public bool Fail(Exception error) => error is OperationCanceledException && Cancellation.IsCancellationRequested ? TryCancel() : _answer.TrySetException(error);

    internal bool TryCancel() => _answer.TrySetCanceled(Cancellation.IsCancellationRequested ? Cancellation : default);
}
