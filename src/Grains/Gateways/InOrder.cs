namespace Conversation.Grains.Gateways;

/// <summary>
/// Puts numbered messages back in order. What is missing is waited for while fewer than <see cref="MostHeld"/> others have come, then given up and counted. Not thread-safe.
/// </summary>
internal sealed class InOrder<T>(Action<T> deliver)
{
    private const int MostHeld = 32;
    private readonly SortedList<long, T> held = [];
    private long expected;

    /// <summary>Messages that never came.</summary>
    public long Lost { get; private set; }

    /// <summary>A new sender counts from 0.</summary>
    public void Begin()
    {
        GiveUp();
        expected = 0;
    }

    public void Take(long order, T message)
    {
        if (order < expected)
        {
            return;
        }

        if (order > expected)
        {
            held[order] = message;
            if (held.Count >= MostHeld)
            {
                Lost += held.GetKeyAtIndex(0) - expected;
                expected = held.GetKeyAtIndex(0);
                DeliverHeld();
            }

            return;
        }

        expected++;
        deliver(message);
        DeliverHeld();
    }

    /// <summary>Delivers what is held, whatever is missing.</summary>
    public void GiveUp()
    {
        while (held.Count > 0)
        {
            Lost += held.GetKeyAtIndex(0) - expected;
            expected = held.GetKeyAtIndex(0);
            DeliverHeld();
        }
    }

    private void DeliverHeld()
    {
        while (held.Count > 0 && held.GetKeyAtIndex(0) == expected)
        {
            var message = held.GetValueAtIndex(0);
            held.RemoveAt(0);
            expected++;
            deliver(message);
        }
    }
}
