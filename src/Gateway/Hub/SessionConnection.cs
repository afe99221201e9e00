using Conversation.Sessions;

namespace Conversation.Gateway.Hub;

/// <summary>One client's connection: its guard, its sending side, and its session once open.</summary>
internal sealed class SessionConnection
{
    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly Action abort;
    private readonly Action kill;
    private readonly long created;
    private readonly Lock gate = new();
    private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ISession? session;
    private bool gone;
    private long? endedAt;
    private long heardAt;

    /// <summary>A connection. <paramref name="abort"/> closes it in good order, <paramref name="kill"/> cuts its socket.</summary>
    public SessionConnection(GatewayOptions options, TimeProvider time, GatewayMetrics metrics, SendToClient send, Action abort, Action kill)
    {
        this.options = options;
        this.time = time;
        this.abort = abort;
        this.kill = kill;
        created = heardAt = time.GetTimestamp();
        Guard = new InputGuard(options, time);
        Client = new SessionClient(options, time, metrics, send, (_, _) => Finished());
    }

    public InputGuard Guard { get; }

    public SessionClient Client { get; }

    /// <summary>Done when all that was sent has gone out and the socket is closed.</summary>
    public Task Left => left.Task;

    /// <summary>The session, while it is open here.</summary>
    public ISession? Session => session;

    /// <summary>Takes a session that has just opened; false where the connection has gone meanwhile, and the session was told so.</summary>
    public bool Attach(ISession opened)
    {
        lock (gate)
        {
            if (!gone)
            {
                session = opened;
                return true;
            }
        }

        opened.Detach(Client);
        return false;
    }

    /// <summary>Something came from the client.</summary>
    public void Touch() => Volatile.Write(ref heardAt, time.GetTimestamp());

    /// <summary>Closes this connection, telling the client why. The session waits for the next connection from now on and keeps what it has to say for it.</summary>
    public void End(SessionFault why, string reason)
    {
        Client.End(why, reason);
        Leave(forGood: false);
    }

    /// <summary>The transport is closed.</summary>
    public void Gone()
    {
        Client.Gone();
        Leave(forGood: true);
    }

    /// <summary>The request that carried the connection is over.</summary>
    public void TransportEnded() => left.TrySetResult();

    /// <summary>Looks, now and then, for a client that does not open, does not speak, does not read, or does not go.</summary>
    public void Watch()
    {
        if (endedAt is { } since)
        {
            if (time.GetElapsedTime(since) > TimeSpan.FromSeconds(1))
            {
                kill();
            }
        }
        else if (Client.Ending)
        {
            endedAt = time.GetTimestamp();
        }
        else if (Client.Behind > options.SlowClientTimeout)
        {
            endedAt = time.GetTimestamp();
            End(Faults.SlowClient(), CloseReasons.SlowClient);
        }
        else if (time.GetElapsedTime(Volatile.Read(ref heardAt)) > options.ClientTimeout)
        {
            End(Faults.ClientTimeout(options), CloseReasons.ClientTimeout);
        }
        else if (session is null && time.GetElapsedTime(created) > options.OpenTimeout)
        {
            End(Faults.OpenTimeout(options), CloseReasons.OpenTimeout);
        }
    }

    private void Leave(bool forGood)
    {
        ISession? left;
        lock (gate)
        {
            gone |= forGood;
            left = session;
            session = null;
        }

        left?.Detach(Client);
    }

    private void Finished()
    {
        lock (gate)
        {
            if (gone)
            {
                return;
            }
        }

        abort();
    }
}
