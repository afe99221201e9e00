using Conversation.Grains.Board;
using Conversation.Grains.Events;
using Conversation.Grains.Gateways;
using Conversation.Grains.Lanes;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Sessions;
using Conversation.Grains.Storage;
using Conversation.Grains.Tenants;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Conversation.Grains.Composition;

/// <summary>Puts the sessions of a cluster into a silo.</summary>
internal static class GrainServices
{
    /// <summary>
    /// Adds <see cref="ISessions"/> over grains, the lanes of this silo, and <see cref="ISessionDrain"/>; called after Orleans was added, which is to start first. Settings
    /// come from the same sections as in the standalone host.
    /// </summary>
    public static IServiceCollection AddConversationGrains(this IServiceCollection services, IConfiguration configuration, GrainOptions options)
    {
        services.AddSingleton<IPortRouting, ClusterRouting>();
        services.AddConversationEngines(configuration);
        services.AddSingleton(s => new TenantDirectory(s.GetRequiredService<ConversationOptions>().Tenants));
        if (!options.SharedStorage)
        {
            services.AddHostedService<OldSessions>();
        }

        return services.AddSessionGrains(options, Read<BoardOptions>(configuration, "Board", o => o.Validate()), Read<LaneRouterOptions>(configuration, "Lanes", o => o.Validate()));
    }

    /// <summary>The grains alone, over engines that the host brings.</summary>
    public static IServiceCollection AddSessionGrains(this IServiceCollection services, GrainOptions options, BoardOptions? board = null, LaneRouterOptions? lanes = null)
    {
        services.AddSingleton(options);
        services.AddSiloBoard(board);
        services.AddLanes(lanes);
        services.AddSingleton<SessionStorage>();
        services.AddSingleton<TenantGate>();
        services.AddSingleton<SessionNotices>();
        services.AddSingleton<LocalSessions>();
        services.AddHostedService(s => s.GetRequiredService<LocalSessions>());
        services.AddSingleton<ClusterSessions>();
        services.AddSingleton<ISessions>(s => s.GetRequiredService<ClusterSessions>());
        services.AddHostedService(s => s.GetRequiredService<ClusterSessions>());
        services.AddSingleton<ISessionDrain, SessionDrain>();
        return services;
    }

    private static T Read<T>(IConfiguration configuration, string section, Func<T, IEnumerable<string>> faults)
        where T : class, new()
    {
        var options = configuration.GetSection(section).Get<T>() ?? new T();
        return faults(options).ToArray() is { Length: > 0 } wrong ? throw new OptionsValidationException(section, typeof(T), wrong) : options;
    }
}
