using Conversation.Grains.Lanes.Local;
using Orleans.Runtime;

namespace Conversation.Grains.Board;

/// <summary>What a silo tells the others about itself. Small, complete, replaced whole.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.SiloCard")]
internal sealed record SiloCard
{
    /// <summary>Which silo; a restarted one has another address.</summary>
    [Id(0)]
    public required SiloAddress Silo { get; init; }

    /// <summary>Its name, for people.</summary>
    [Id(1)]
    public string Name { get; init; } = "";

    /// <summary>True where it is about to leave: nothing new is to be placed there.</summary>
    [Id(2)]
    public bool Draining { get; init; }

    /// <summary>Sessions live there.</summary>
    [Id(3)]
    public int Sessions { get; init; }

    /// <summary>Sessions it takes at most; 0 for a silo that hosts none.</summary>
    [Id(4)]
    public int MaxSessions { get; init; }

    /// <summary>Its inference lanes, each role's in order of preference.</summary>
    [Id(5)]
    public LaneCard[] Lanes { get; init; } = [];

    /// <summary>Where its gateway listens, such as "http://10.0.0.4:8080"; null where it has none.</summary>
    [Id(6)]
    public string? Http { get; init; }

    /// <summary>Grows with every posting of the same silo; the higher is the truer.</summary>
    [Id(7)]
    public long Version { get; init; }

    /// <summary>Sessions it could still take.</summary>
    public int Room => Draining ? 0 : Math.Max(0, MaxSessions - Sessions);
}

/// <summary>A card and how long ago it was posted: silos need not agree on what time it is.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.PostedCard")]
internal readonly record struct PostedCard([property: Id(0)] SiloCard Card, [property: Id(1)] TimeSpan Age);
