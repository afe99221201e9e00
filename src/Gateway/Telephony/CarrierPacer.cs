namespace Conversation.Gateway.Telephony;

/// <summary>
/// One thread that gives every call its 20 ms. A thread of its own, as the shared pool can hold up a timer for seconds under load. It starts with
/// the first call; a host without calls has none.
/// </summary>
internal sealed partial class CarrierPacer(TimeProvider time, ILogger<CarrierPacer> logger) : IDisposable
{
    /// <summary>A frame's length.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    // So many frames may follow each other at once after the thread was held up; more is let go, for nothing would drop what piles up at the carrier.
    private const int MostLate = 2;

    private readonly Lock gate = new();
    private readonly AutoResetEvent wake = new(false);
    private CarrierCall[] calls = [];
    private Thread? thread;
    private volatile bool stopping;

    public void Add(CarrierCall call)
    {
        lock (gate)
        {
            if (stopping)
            {
                // A call that came while the host was going: nobody will pace it, and it is hung up on with the rest.
                return;
            }

            calls = [.. calls, call];
            if (thread is null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = "carrier pacing", Priority = ThreadPriority.AboveNormal };
                thread.Start();
            }

            wake.Set();
        }
    }

    public void Remove(CarrierCall call)
    {
        lock (gate)
        {
            calls = [.. calls.Where(other => other != call)];
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            wake.Set();
        }

        thread?.Join(TimeSpan.FromSeconds(2));
        wake.Dispose();
    }

    private void Run()
    {
        LogUrgency(ThreadUrgency.Raise());
        var held = new List<CarrierCall>();
        var step = (long)(Tick.TotalSeconds * time.TimestampFrequency);
        var next = time.GetTimestamp();
        while (!stopping)
        {
            var present = Volatile.Read(ref calls);
            if (present.Length == 0)
            {
                wake.WaitOne();
                next = time.GetTimestamp();
                continue;
            }

            // First what is due is sent, all calls'; one that another thread holds at the moment must not keep the others waiting. The rest is not urgent.
            held.Clear();
            foreach (var call in present)
            {
                Do(call, static (call, held) =>
                {
                    if (!call.TrySendDue(wait: false))
                    {
                        held.Add(call);
                    }
                });
            }

            for (var n = 0; n < held.Count; n++)
            {
                var call = held[n];
                Do(call, static (call, _) => call.TrySendDue(wait: true));
            }

            foreach (var call in present)
            {
                Do(call, static (call, _) => call.Settle());
            }

            next += step;
            var now = time.GetTimestamp();
            if (now - next > MostLate * step)
            {
                next = now;
            }

            // Rounded up: a little late is made up for by the next, a little early would turn round for nothing.
            var wait = (int)Math.Ceiling((next - now) * 1_000.0 / time.TimestampFrequency);
            if (wait > 0 && !stopping)
            {
                Thread.Sleep(wait);
            }
        }

        void Do(CarrierCall call, Action<CarrierCall, List<CarrierCall>> what)
        {
            try
            {
                what(call, held);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // One call's fault must not silence the others.
                LogFault(fault);
            }
        }
    }

    [LoggerMessage(39, LogLevel.Information, "The pacing thread has {Urgency}")]
    private partial void LogUrgency(string urgency);

    [LoggerMessage(40, LogLevel.Error, "Pacing a call failed")]
    private partial void LogFault(Exception fault);
}
