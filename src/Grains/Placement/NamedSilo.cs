using System.Diagnostics.CodeAnalysis;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Conversation.Grains.Placement;

/// <summary>The key of a grain that belongs to one silo: the silo's address, a slash, and what it is there.</summary>
internal readonly record struct NamedSiloKey(SiloAddress Silo, string Name)
{
    /// <summary>Reads a key back.</summary>
    public static bool TryParse(string? key, [NotNullWhen(true)] out NamedSiloKey? parsed)
    {
        var slash = key?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        parsed = slash > 0 && slash < key!.Length - 1 && SiloAddress.TryParse(key[..slash], out var silo) ? new NamedSiloKey(silo, key[(slash + 1)..]) : null;
        return parsed is not null;
    }

    public override string ToString() => $"{Silo.ToParsableString()}/{Name}";
}

/// <summary>The silo that a grain belongs to is gone, or has no such grain: it is never placed elsewhere. Take another lane.</summary>
[GenerateSerializer]
[Alias("conversation.NamedSiloGoneException")]
internal sealed class NamedSiloGoneException : OrleansException
{
    public NamedSiloGoneException(string grain, string silo)
        : base($"The grain '{grain}' belongs to the silo {silo}, which is not there any more.")
    {
    }

    public NamedSiloGoneException(string message)
        : base(message)
    {
    }

    public NamedSiloGoneException()
    {
    }

    public NamedSiloGoneException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>The grain lives on the silo that its key names and nowhere else.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.NamedSiloPlacement")]
internal sealed class NamedSiloPlacement : PlacementStrategy
{
    public static NamedSiloPlacement Instance { get; } = new();
}

/// <summary>Places the grain on the silo that its key (<see cref="NamedSiloKey"/>) names.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlaceOnNamedSiloAttribute() : PlacementAttribute(NamedSiloPlacement.Instance);

/// <summary>Finds the silo in the key. Where it is gone, placing fails with <see cref="NamedSiloGoneException"/>.</summary>
internal sealed class NamedSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString();
        if (!NamedSiloKey.TryParse(key, out var named))
        {
            return Task.FromException<SiloAddress>(new NamedSiloGoneException($"The key of the grain '{target.GrainIdentity}' names no silo; it must be '<silo address>/<name>'."));
        }

        var silo = named.Value.Silo;
        return Array.IndexOf(context.GetCompatibleSilos(target), silo) >= 0
            ? Task.FromResult(silo)
            : Task.FromException<SiloAddress>(new NamedSiloGoneException(target.GrainIdentity.ToString(), silo.ToString()));
    }
}
