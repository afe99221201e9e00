using System.Collections.Concurrent;
using Conversation.Grains.Board;
using Conversation.Grains.Placement;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Conversation.Grains.Sessions;

/// <summary>The sessions live on this silo: how many there may be, and that there are to be none.</summary>
internal sealed class LocalSessions(ISessionSource engines, SiloBoard board, SessionRoom room, GrainOptions options) : IHostedService
{
    private readonly ConcurrentDictionary<string, ISessionGrain> live = new(StringComparer.Ordinal);
    private int count;
    private volatile bool draining;

    public int Count => Volatile.Read(ref count);

    /// <summary>True once nothing new is taken.</summary>
    public bool Draining => draining;

    /// <summary>Their ids.</summary>
    public IEnumerable<KeyValuePair<string, ISessionGrain>> Live => live;

    /// <summary>From now on the others know what room is here.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        board.Describe(card => card with { Draining = draining, Sessions = Count, MaxSessions = engines.Factory?.Options.MaxSessions ?? 0, Http = options.HttpAddress.Length > 0 ? options.HttpAddress : null });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes a session, or says why not. One that another silo hands over is always taken: refused, it would be lost.</summary>
    public SessionFault? Enter(string id, GrainId grain, ISessionGrain session, bool handedOver)
    {
        room.Settle(board.Silo, grain);
        if (engines.Factory is not { } factory)
        {
            return ISessionSource.Starting;
        }

        if (draining && !handedOver)
        {
            return new SessionFault("server_stopping", "The server is stopping. Connect again in a few seconds.");
        }

        if (Interlocked.Increment(ref count) > factory.Options.MaxSessions && !handedOver)
        {
            Interlocked.Decrement(ref count);
            return new SessionFault("too_many_sessions", $"This host holds its {factory.Options.MaxSessions} sessions, and so do the others. Try again later.", "Sessions:MaxSessions");
        }

        if (!live.TryAdd(id, session))
        {
            Interlocked.Decrement(ref count);
        }

        return null;
    }

    public void Leave(string id)
    {
        if (live.TryRemove(id, out _))
        {
            Interlocked.Decrement(ref count);
        }
    }

    /// <summary>From now on nothing new is taken, and every silo is told so.</summary>
    public Task CloseDoorsAsync()
    {
        draining = true;
        return board.PostAsync();
    }
}
