namespace Conversation.Conformance.Engines;

/// <summary>A place at which a test holds what would go on.</summary>
public sealed class Gate
{
    private readonly Lock gate = new();
    private TaskCompletionSource? held;
    private TaskCompletionSource arrived = New();

    /// <summary>Whoever comes waits.</summary>
    public void Hold()
    {
        lock (gate)
        {
            held ??= New();
            arrived = New();
        }
    }

    /// <summary>Lets go whoever waits and whoever comes.</summary>
    public void Release()
    {
        TaskCompletionSource? open;
        lock (gate)
        {
            (open, held) = (held, null);
        }

        open?.TrySetResult();
    }

    /// <summary>Whether somebody waits here.</summary>
    public bool IsWaitedAt
    {
        get
        {
            lock (gate)
            {
                return arrived.Task.IsCompleted;
            }
        }
    }

    /// <summary>Done when somebody waits here.</summary>
    public Task ArrivedAsync()
    {
        lock (gate)
        {
            return arrived.Task.WaitAsync(Patience.Long, TimeProvider.System);
        }
    }

    public Task PassAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (held is null)
            {
                return Task.CompletedTask;
            }

            arrived.TrySetResult();
            return held.Task.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How long a test waits for what must happen.</summary>
public static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    /// <summary>For what may come, or not.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(60);
}
