using Conversation.Grains.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Conversation.Grains.Board;

/// <summary>Puts the board and what is placed by it into a silo.</summary>
internal static class BoardServices
{
    /// <summary>Adds <see cref="SiloBoard"/>, <see cref="Cards"/>, <see cref="SessionRoom"/> and the two placements.</summary>
    public static IServiceCollection AddSiloBoard(this IServiceCollection services, BoardOptions? options = null)
    {
        options ??= new BoardOptions();
        if (options.Validate().ToArray() is { Length: > 0 } faults)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<SiloBoard>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(s => s.GetRequiredService<SiloBoard>());
        services.AddSingleton<Cards>();
        services.AddSingleton<SessionRoom>();
        services.AddPlacementDirector<NamedSiloPlacement, NamedSiloDirector>();
        services.AddPlacementDirector<SessionPlacementStrategy, SessionPlacementDirector>();
        return services;
    }
}
