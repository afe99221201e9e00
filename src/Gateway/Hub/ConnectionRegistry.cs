using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Conversation.Gateway.Hub;

/// <summary>All connections: bounds their number, watches over them, and tells them when the server stops.</summary>
internal sealed partial class ConnectionRegistry(GatewayOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<ConnectionRegistry> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<string, SessionConnection> connections = new(StringComparer.Ordinal);
    private ITimer? timer;
    private CancellationTokenRegistration stopping;
    private int count;
    private int guests;
    private volatile bool draining;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref count) + Volatile.Read(ref guests);

    /// <summary>A connection that is looked after elsewhere has come (1) or gone (-1): it is only counted.</summary>
    public void Guest(int change) => Interlocked.Add(ref guests, change);

    /// <summary>True once the server is stopping: nothing new is opened.</summary>
    public bool Draining => draining;

    /// <summary>Takes a connection; false where there are as many as may be.</summary>
    public bool TryAdd(string id, SessionConnection connection)
    {
        if (Interlocked.Increment(ref count) > options.MaxConnections)
        {
            Interlocked.Decrement(ref count);
            return false;
        }

        connections[id] = connection;
        return true;
    }

    public void Remove(string id)
    {
        if (connections.TryRemove(id, out _))
        {
            Interlocked.Decrement(ref count);
        }
    }

    /// <summary>Tells every client that the server stops, and waits a little for them to have heard.</summary>
    public void Drain()
    {
        if (draining)
        {
            return;
        }

        draining = true;
        var told = connections.Values.ToArray();
        LogDraining(told.Length);
        foreach (var connection in told)
        {
            connection.End(Faults.Stopping(), CloseReasons.ServerStopping);
        }

        // Runs in the signal's own callback, before SignalR cancels what its sockets have yet to send: waiting here is what gives the words
        // time to go out. Sent is not enough, for that is only to the pipe before the socket.
        Task.WaitAll([.. told.Select(connection => connection.Left)], options.StopNotice);
        foreach (var connection in told)
        {
            connection.Gone();
        }
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        timer = time.CreateTimer(_ => Watch(), null, Period, Period);
        return Task.CompletedTask;
    }

    // Registered last, called first: before SignalR's own handler closes the connections.
    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken)
    {
        stopping = lifetime.ApplicationStopping.Register(Drain);
        return Task.CompletedTask;
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        stopping.Dispose();
        timer?.Dispose();
    }

    private void Watch()
    {
        foreach (var connection in connections.Values)
        {
            try
            {
                connection.Watch();
            }
            catch (Exception fault)
            {
                // One connection's trouble must not leave the others unwatched.
                LogWatchFailed(fault);
            }
        }
    }
}
