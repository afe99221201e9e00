using System.Collections.Immutable;
using Conversation.Grains.Board;
using Conversation.Grains.Lanes.Routing;

namespace Conversation.Grains.Lanes.Local;

/// <summary>The lanes of this silo, each role's in order of preference. Empty until the host has loaded its models and tells of them; empty for ever on a silo that has none.</summary>
internal sealed class LocalLanes
{
    private readonly SiloBoard board;
    private readonly LaneRouterOptions options;
    private readonly TimeProvider time;
    private ImmutableArray<LocalLane> lanes = [];

    public LocalLanes(SiloBoard board, LaneRouterOptions options, TimeProvider time)
    {
        (this.board, this.options, this.time) = (board, options, time);
        board.Describe(card => card with { Lanes = [.. All.Select(lane => lane.Card)] });
    }

    /// <summary>All of them.</summary>
    public ImmutableArray<LocalLane> All => lanes;

    /// <summary>Adds lanes, at any time; the others learn of them at once.</summary>
    public void Add(params IEnumerable<LaneSetup> setups)
    {
        foreach (var setup in setups)
        {
            if (Find(setup.Name) is not null)
            {
                throw new ArgumentException($"There is a lane '{setup.Name}' already; names must differ.", nameof(setups));
            }

            ImmutableInterlocked.Update(ref lanes, (all, lane) => all.Add(lane), new LocalLane(setup, new LaneHealth(options, time)));
        }

        board.Changed();
    }

    /// <summary>The lane of that name.</summary>
    public LocalLane? Find(string name)
    {
        foreach (var lane in lanes)
        {
            if (lane.Name == name)
            {
                return lane;
            }
        }

        return null;
    }

    /// <summary>A lane failed: the next of its kind begins to load, the others are told.</summary>
    public void Failed(LocalLane lane)
    {
        foreach (var other in lanes)
        {
            if (other.Spare && other.Port is null && other.Role == lane.Role && other.Tier == lane.Tier && other != lane)
            {
                other.Warm();
                break;
            }
        }

        board.Changed();
    }

    /// <summary>A lane works again: the others are told.</summary>
    public void Recovered() => board.Changed();
}
