using System.Collections.Concurrent;
using Conversation.Grains.Lanes.Local;

namespace Conversation.Grains.Lanes.Routing;

/// <summary>
/// Which lane of another silo a session keeps to. A new session's is found by rendezvous hash: the sessions spread evenly, and a lane that goes moves only its own. What was found is remembered,
/// so that a lane that comes takes none of those that are at home elsewhere.
/// </summary>
internal sealed class LaneAffinity(TimeProvider time)
{
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(LaneRole Role, string Tier, string Session), (string Key, long At)> homes = new();
    private long swept = time.GetTimestamp();

    /// <summary>Puts choices in the session's order: those that stay before those about to leave, its home first, then by weight.</summary>
    public LaneChoice[] Order(IEnumerable<LaneChoice> choices, LaneRole role, string tier, string session)
    {
        var home = homes.TryGetValue((role, tier, session), out var kept) ? kept.Key : null;
        return [.. choices
            .OrderBy(choice => choice.Silo!.Draining)
            .ThenByDescending(choice => choice.Key == home)
            .ThenByDescending(choice => Weight(session, choice.Key))];
    }

    /// <summary>The session was served there.</summary>
    public void Keep(LaneRole role, string tier, string session, string key)
    {
        var now = time.GetTimestamp();
        homes[(role, tier, session)] = (key, now);
        var last = Interlocked.Read(ref swept);
        if (time.GetElapsedTime(last, now) > ForgottenAfter && Interlocked.CompareExchange(ref swept, now, last) == last)
        {
            foreach (var home in homes)
            {
                if (time.GetElapsedTime(home.Value.At, now) > ForgottenAfter)
                {
                    homes.TryRemove(home);
                }
            }
        }
    }

    /// <summary>FNV-1a over both, its bits mixed at the end: the same on every silo and in every run, unlike string.GetHashCode.</summary>
    internal static ulong Weight(string session, string key)
    {
        var hash = 14695981039346656037UL;
        foreach (var text in (ReadOnlySpan<string>)[session, "\n", key])
        {
            foreach (var letter in text)
            {
                hash = (hash ^ letter) * 1099511628211UL;
            }
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
