namespace Conversation.Sessions.Pacing;

/// <summary>Something that sends frames at playout pace.</summary>
internal interface IPaced
{
    /// <summary>Sends what is due. Called on the pacing thread; must not block.</summary>
    void Advance();
}

/// <summary>
/// One thread that paces every session of the process. A thread of its own because the shared pool can hold up a 20 ms timer for seconds under load.
/// </summary>
internal sealed class PacingThread : IDisposable
{
    private readonly TimeProvider time;
    private readonly TimeSpan tick;
    private readonly Action<Exception> onFault;
    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(false);
    private readonly Thread thread;
    private IPaced[] paced = [];
    private volatile bool stopping;

    public PacingThread(TimeProvider time, TimeSpan tick, Action<Exception> onFault)
    {
        this.time = time;
        this.tick = tick;
        this.onFault = onFault;
        thread = new Thread(Run) { IsBackground = true, Name = "pacing", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    public void Add(IPaced session)
    {
        lock (gate)
        {
            if (Array.IndexOf(paced, session) < 0)
            {
                paced = [.. paced, session];
            }
        }

        wake.Set();
    }

    public void Remove(IPaced session)
    {
        lock (gate)
        {
            paced = [.. paced.Where(p => p != session)];
        }
    }

    public void Dispose()
    {
        stopping = true;
        wake.Set();
        thread.Join(TimeSpan.FromSeconds(2));
        wake.Dispose();
    }

    private void Run()
    {
        var next = time.GetTimestamp();
        while (!stopping)
        {
            var present = Volatile.Read(ref paced);
            if (present.Length == 0)
            {
                wake.WaitOne();
                next = time.GetTimestamp();
                continue;
            }

            foreach (var session in present)
            {
                try
                {
                    session.Advance();
                }
                catch (Exception fault) when (fault is not OutOfMemoryException)
                {
                    // One session's fault must not silence the others.
                    onFault(fault);
                }
            }

            next += (long)(tick.TotalSeconds * time.TimestampFrequency);
            var wait = time.GetElapsedTime(time.GetTimestamp(), next);
            if (wait <= TimeSpan.Zero)
            {
                // Late: go on from now rather than in a burst of catching up.
                next = time.GetTimestamp();
                Thread.Yield();
            }
            else
            {
                wake.WaitOne(wait);
            }
        }
    }
}
