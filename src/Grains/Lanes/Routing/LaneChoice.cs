using Conversation.Grains.Board;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Placement;

namespace Conversation.Grains.Lanes.Routing;

/// <summary>A lane that a request may go to: one of this silo, or the grain <paramref name="Key"/> of another.</summary>
internal sealed record LaneChoice(string Key, LaneHealth Health, LocalLane? Local, SiloCard? Silo, LaneCard? Card)
{
    public static LaneChoice Here(LocalLane lane) => new(lane.Name, lane.Health, lane, null, null);

    public static LaneChoice There(SiloCard silo, LaneCard card, Func<string, LaneHealth> health)
    {
        var key = new NamedSiloKey(silo.Silo, card.Name).ToString();
        return new(key, health(key), null, silo, card);
    }

    public string Where => Local is null ? "remote" : "local";

    /// <summary>In words, for logs and errors.</summary>
    public string Name => Local is null ? $"{Card!.Name} of {Silo!.Name}" : Local.Name;

    /// <summary>Whether nothing is known against it now.</summary>
    public bool IsHealthy => Local?.IsHealthy ?? (Card!.Healthy && Health.IsOpen);

    /// <summary>Whether a request may go there now, in view of what is known of it here and of what its silo says.</summary>
    public bool TryEnter() => Local?.TryEnter() ?? (Card!.Healthy && Health.TryEnter());
}
