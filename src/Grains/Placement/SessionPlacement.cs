using Conversation.Grains.Board;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Conversation.Grains.Placement;

/// <summary>A session lives where its caller's gateway is while there is room, else where most room is.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.SessionPlacementStrategy")]
internal sealed class SessionPlacementStrategy : PlacementStrategy
{
    public static SessionPlacementStrategy Instance { get; } = new();
}

/// <summary>Places a session grain by <see cref="SessionPlacementDirector"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SessionPlacementAttribute() : PlacementAttribute(SessionPlacementStrategy.Instance);

/// <summary>
/// In this order: the silo that <see cref="IPlacementDirector.PlacementHintKey"/> in the request context names, if it is there; the silo that asks, unless it drains or is full;
/// the silo with most room; the silo that asks all the same, or the first: its session then refuses with a reason, which is an answer the client can act on.
/// </summary>
internal sealed class SessionPlacementDirector(Cards cards, SessionRoom room) : IPlacementDirector
{
    private readonly Lock gate = new();

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var compatible = context.GetCompatibleSilos(target);
        // Orleans places several grains at once: the last room is given away once.
        lock (gate)
        {
            var silo = IPlacementDirector.GetPlacementHint(target.RequestContextData, compatible) ?? Choose(compatible, context.LocalSilo);
            room.Place(silo, target.GrainIdentity);
            return Task.FromResult(silo);
        }
    }

    private SiloAddress Choose(SiloAddress[] compatible, SiloAddress local)
    {
        var all = cards.All.Where(card => Array.IndexOf(compatible, card.Silo) >= 0).ToArray();
        if (Array.Find(all, card => card.Silo.Equals(local)) is { } own && room.Left(own) > 0)
        {
            return local;
        }

        var roomiest = all.OrderByDescending(room.Left).FirstOrDefault();
        return roomiest is not null && room.Left(roomiest) > 0 ? roomiest.Silo : (Array.IndexOf(compatible, local) >= 0 ? local : compatible[0]);
    }
}
