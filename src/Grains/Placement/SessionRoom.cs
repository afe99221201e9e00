using System.Collections.Concurrent;
using Conversation.Grains.Board;
using Orleans.Runtime;

namespace Conversation.Grains.Placement;

/// <summary>
/// What room the silos have left for sessions, counting those that were placed but that no card counts yet: a thousand callers at once must not all be sent to the one silo
/// whose card has not changed since. A placing stops to count when the session opened here, or when the card must have it.
/// </summary>
internal sealed class SessionRoom(BoardOptions board, TimeProvider time)
{
    private readonly ConcurrentDictionary<SiloAddress, ConcurrentDictionary<GrainId, long>> placed = new();

    /// <summary>By then the session is open or never will be, and the card that counts it has come.</summary>
    private readonly TimeSpan countedAfter = board.PostEvery + TimeSpan.FromSeconds(1);

    /// <summary>A session was sent to a silo.</summary>
    public void Place(SiloAddress silo, GrainId session) => placed.GetOrAdd(silo, static _ => new())[session] = time.GetTimestamp();

    /// <summary>The session is open (or refused) on this silo, whose own count has it from now on.</summary>
    public void Settle(SiloAddress silo, GrainId session)
    {
        if (placed.TryGetValue(silo, out var sessions))
        {
            sessions.TryRemove(session, out _);
        }
    }

    /// <summary>How many more sessions the silo of a card can take.</summary>
    public int Left(SiloCard card)
    {
        if (card.Room == 0 || !placed.TryGetValue(card.Silo, out var sessions))
        {
            return card.Room;
        }

        foreach (var placing in sessions)
        {
            if (time.GetElapsedTime(placing.Value) > countedAfter)
            {
                sessions.TryRemove(placing);
            }
        }

        return Math.Max(0, card.Room - sessions.Count);
    }
}
