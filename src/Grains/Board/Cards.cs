using Orleans.Runtime;

namespace Conversation.Grains.Board;

/// <summary>The cards of all silos that are there, for whoever has to choose one at once. Reading costs no call.</summary>
internal sealed class Cards(SiloBoard board, ISiloStatusOracle membership)
{
    /// <summary>This silo's own card, as it is now.</summary>
    public SiloCard Own => board.Own;

    /// <summary>The other silos' cards: at most <see cref="BoardOptions.KeepFor"/> old, none of a silo that membership says is going or gone.</summary>
    public IEnumerable<SiloCard> Others
    {
        get
        {
            var statuses = membership.GetApproximateSiloStatuses();
            // A silo that has just joined may be on the board before membership tells of it here.
            return board.Others.Where(card => !statuses.TryGetValue(card.Silo, out var status) || !status.IsTerminating());
        }
    }

    /// <summary>All of them, the own one first.</summary>
    public IReadOnlyList<SiloCard> All => [Own, .. Others];

    /// <summary>Whether membership knows of a silo that is there and whose card is not: it is new, or late.</summary>
    public bool SomeMissing
    {
        get
        {
            var known = All.Select(card => card.Silo).ToHashSet();
            return membership.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(silo => !known.Contains(silo));
        }
    }

    /// <summary>Whether a silo is known to be going or gone.</summary>
    public bool IsGone(SiloAddress silo) =>
        membership.GetApproximateSiloStatuses().TryGetValue(silo, out var status) && status.IsTerminating();
}
