using Conversation.Grains.Board;
using Conversation.Grains.Events;
using Conversation.Grains.Gateways;
using Conversation.Grains.Lanes;
using Conversation.Grains.Sessions;
using Conversation.Grains.Storage;
using Conversation.Grains.Tenants;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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

        return services.AddSessionGrains(options);
    }

    /// <summary>The grains alone, over engines that the host brings.</summary>
    public static IServiceCollection AddSessionGrains(this IServiceCollection services, GrainOptions options)
    {
        services.AddSingleton(options);
        services.AddSiloBoard();
        services.AddLanes();
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
}
