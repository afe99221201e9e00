using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Recognition;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Lanes.Synthesis;
using Conversation.Grains.Lanes.VoiceActivity;
using Microsoft.Extensions.DependencyInjection;

namespace Conversation.Grains.Lanes;

/// <summary>Puts inference across silos into a silo: <c>AddSiloBoard</c> comes with it in either order.</summary>
internal static class GrainLaneServices
{
    /// <summary>Adds <see cref="LocalLanes"/> (to be told of this silo's lanes once they are loaded), the lane grains and <see cref="LanePorts"/>, which sessions use.</summary>
    public static IServiceCollection AddLanes(this IServiceCollection services, LaneRouterOptions? options = null)
    {
        options ??= new LaneRouterOptions();
        if (options.Validate().ToArray() is { Length: > 0 } faults)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton<LaneRouterMetrics>();
        services.AddSingleton<LocalLanes>();
        services.AddSingleton<LaneGrainServices>();
        services.AddSingleton<LaneRouter>();
        services.AddSingleton<LanePorts>();
        return services;
    }
}
