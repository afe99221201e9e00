using Conversation.Sessions.Hosting;

namespace Conversation.Sessions.Pump;

/// <summary>The client of a session: one at a time, none while its connection is lost. What is told to nobody is kept, bounded, for the one that comes back.</summary>
internal sealed class ClientLink(Action<SessionEvent>? told = null)
{
    private const int BacklogCapacity = 512;

    private readonly Lock gate = new();
    private readonly Queue<SessionEvent> backlog = new();
    private ISessionClient? client;
    private int audioHeld;

    /// <summary>What nobody was told so far, for another host to keep.</summary>
    public IReadOnlyList<SessionEvent> TakeBacklog()
    {
        lock (gate)
        {
            IReadOnlyList<SessionEvent> untold = [.. backlog];
            backlog.Clear();
            return untold;
        }
    }

    /// <summary>Keeps what nobody was told at another host. Called before anybody is attached.</summary>
    public void Keep(IReadOnlyList<SessionEvent> untold)
    {
        lock (gate)
        {
            foreach (var message in untold)
            {
                backlog.Enqueue(message);
            }
        }
    }

    /// <summary>Takes a client. Audio waits until <see cref="ReleaseAudio"/> where <paramref name="holdAudio"/> is set: a client that comes back is first to be put where it had heard to.</summary>
    public void Attach(ISessionClient next, bool holdAudio = false)
    {
        ISessionClient? previous;
        if (holdAudio)
        {
            Interlocked.Increment(ref audioHeld);
        }

        lock (gate)
        {
            previous = client;
            client = next;
            while (backlog.TryDequeue(out var message))
            {
                next.Send(message);
            }
        }

        if (previous is not null && previous != next)
        {
            previous.Send(new SessionEvent.Closed(CloseReasons.TakenOver));
        }
    }

    /// <summary>Whether there is a client.</summary>
    public bool Attached => Volatile.Read(ref client) is not null;

    /// <summary>Called once for each client attached with its audio held.</summary>
    public void ReleaseAudio() => Interlocked.Decrement(ref audioHeld);

    /// <summary>True where <paramref name="gone"/> was the present client.</summary>
    public bool Detach(ISessionClient gone)
    {
        lock (gate)
        {
            if (client != gone)
            {
                return false;
            }

            client = null;
            return true;
        }
    }

    public void Send(SessionEvent message)
    {
        told?.Invoke(message);
        lock (gate)
        {
            if (client is not null)
            {
                client.Send(message);
                return;
            }

            // The oldest goes first: a client long away needs the present more than the past, and the transcript is in the store.
            if (backlog.Count == BacklogCapacity)
            {
                backlog.Dequeue();
            }

            backlog.Enqueue(message);
        }
    }

    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        var present = Volatile.Read(ref client);
        // Read after the client: a new one is seen only once its hold is.
        return present is not null && Volatile.Read(ref audioHeld) == 0 && present.TrySendAudio(generation, position, pcm);
    }
}
