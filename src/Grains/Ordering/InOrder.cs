namespace Conversation.Grains.Ordering;

/// <summary>
/// Puts numbered one-way messages back in order: Orleans hands what comes from another silo to the thread pool message by message, so it arrives in any order. What is
/// missing is waited for a while, then given up and counted. Not thread-safe.
/// </summary>
internal sealed class InOrder<T>(Action<T> deliver, TimeProvider time)
{
    /// <summary>Messages between silos overtake each other by milliseconds, on a starved machine by a second; what has not come by then went down with its connection.</summary>
    private static readonly TimeSpan WaitFor = TimeSpan.FromSeconds(2);

    private const int MostHeld = 1_024;
    private readonly SortedList<long, T> held = [];
    private long heldSince;

    /// <summary>The number that is due; so many were delivered or given up.</summary>
    public long Due { get; private set; }

    /// <summary>Messages that never came.</summary>
    public long Lost { get; private set; }

    /// <summary>A new sender counts from 0.</summary>
    public void Begin()
    {
        while (held.Count > 0)
        {
            Skip();
        }

        Due = 0;
    }

    public void Take(long number, T message)
    {
        if (number == Due)
        {
            Due++;
            deliver(message);
            DeliverHeld();
        }
        else if (number > Due)
        {
            if (held.Count == 0)
            {
                heldSince = time.GetTimestamp();
            }

            held[number] = message;
        }

        Look();
    }

    /// <summary>Gives up what has not come for too long.</summary>
    public void Look()
    {
        if (held.Count > 0 && (held.Count > MostHeld || time.GetElapsedTime(heldSince) > WaitFor))
        {
            Skip();
        }
    }

    private void Skip()
    {
        Lost += held.GetKeyAtIndex(0) - Due;
        Due = held.GetKeyAtIndex(0);
        DeliverHeld();
    }

    private void DeliverHeld()
    {
        while (held.Count > 0 && held.GetKeyAtIndex(0) == Due)
        {
            var message = held.GetValueAtIndex(0);
            held.RemoveAt(0);
            Due++;
            deliver(message);
        }

        heldSince = time.GetTimestamp();
    }
}
