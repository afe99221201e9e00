using Conversation.Grains.Board;
using Conversation.Grains.Composition;
using Conversation.Grains.Placement;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Conversation.Grains.Sessions;

/// <summary>Empties this silo: its sessions go, each at its next quiet moment, to where most room is.</summary>
internal sealed partial class SessionDrain(LocalSessions sessions, Cards cards, SessionRoom room, TimeProvider time, ILogger<SessionDrain> logger) : ISessionDrain
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The last of the time is for those that are on their way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    public async Task DrainAsync(TimeSpan within, CancellationToken cancellation)
    {
        await sessions.CloseDoorsAsync().WaitAsync(cancellation).ConfigureAwait(false);
        LogDraining(sessions.Count);
        var since = time.GetTimestamp();
        var asked = new Dictionary<string, SiloAddress>(StringComparer.Ordinal);
        while (sessions.Count > 0 && time.GetElapsedTime(since) < within)
        {
            var left = within - time.GetElapsedTime(since) - Margin;
            // Those that have gone are on their silo's card by now or soon; those still here need a place there.
            var under = sessions.Live.Where(live => asked.ContainsKey(live.Key)).GroupBy(live => asked[live.Key]).ToDictionary(silo => silo.Key, silo => silo.Count());
            int Room(SiloCard card) => room.Left(card) - under.GetValueOrDefault(card.Silo);
            var asking = new List<Task<string?>>();
            foreach (var (id, session) in sessions.Live)
            {
                if (asked.ContainsKey(id))
                {
                    continue;
                }

                if (cards.Others.Where(card => !card.Draining && card.MaxSessions > 0).ToList() is not { Count: > 0 } others)
                {
                    if (cards.SomeMissing)
                    {
                        // It may have room once its card is here.
                        break;
                    }

                    // Nowhere to go: what is known of them is stored, and they come back with the first silo that does.
                    LogAlone(sessions.Count);
                    return;
                }

                if (others.MaxBy(Room) is { } target && Room(target) > 0)
                {
                    asked[id] = target.Silo;
                    under[target.Silo] = under.GetValueOrDefault(target.Silo) + 1;
                    asking.Add(AskAsync(id, session, target.Silo, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation));
                }
            }

            foreach (var unasked in await Task.WhenAll(asking).ConfigureAwait(false))
            {
                if (unasked is not null)
                {
                    asked.Remove(unasked);
                }
            }

            await Task.Delay(LookEvery, time, cancellation).ConfigureAwait(false);
        }

        if (sessions.Count > 0)
        {
            LogNotAll(sessions.Count, within.TotalSeconds);
        }
    }

    /// <summary>One that does not answer must not keep the others here, and is asked again: its id comes back.</summary>
    private async Task<string?> AskAsync(string id, ISessionGrain session, SiloAddress target, TimeSpan within, CancellationToken cancellation)
    {
        try
        {
            await session.MoveAsync(target, within).WaitAsync(AnswerWithin, time, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            LogNotAsked(id, fault);
            return id;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Draining: {Count} sessions are to move")]
    private partial void LogDraining(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no other silo for {Count} sessions; they are stored and closed")]
    private partial void LogAlone(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} did not answer when it was to move")]
    private partial void LogNotAsked(string session, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} sessions had not moved after {Seconds:0} s")]
    private partial void LogNotAll(int count, double seconds);
}
