using Orleans.Concurrency;
using Orleans.Runtime;

namespace Conversation.Grains.Board;

/// <summary>Where silos leave their cards: one for the cluster, key 0.</summary>
[Alias("conversation.IBoardGrain")]
internal interface IBoardGrain : IGrainWithIntegerKey
{
    /// <summary>Leaves a card and takes all of them along, the caller's own among them.</summary>
    [Alias("Post")]
    Task<PostedCard[]> PostAsync(SiloCard card);

    /// <summary>The silo goes: its card is taken down.</summary>
    [Alias("Leave")]
    Task LeaveAsync(SiloAddress silo);
}

/// <summary>Holds the cards in memory: should its silo die, it is empty for as long as a posting takes, and every silo still has what it saw.</summary>
[GrainType("conversation.board")]
internal sealed class BoardGrain(TimeProvider time, BoardOptions options) : Grain, IBoardGrain
{
    private readonly Dictionary<SiloAddress, (SiloCard Card, long At)> cards = [];

    public Task<PostedCard[]> PostAsync(SiloCard card)
    {
        var now = time.GetTimestamp();
        if (!cards.TryGetValue(card.Silo, out var held) || held.Card.Version <= card.Version)
        {
            cards[card.Silo] = (card, now);
        }

        foreach (var (silo, (_, at)) in cards)
        {
            if (time.GetElapsedTime(at, now) > options.KeepFor)
            {
                cards.Remove(silo);
            }
        }

        return Task.FromResult<PostedCard[]>([.. cards.Values.Select(held => new PostedCard(held.Card, time.GetElapsedTime(held.At, now)))]);
    }

    public Task LeaveAsync(SiloAddress silo)
    {
        cards.Remove(silo);
        return Task.CompletedTask;
    }
}
