using Conversation.Inference.Lanes;
using Conversation.Inference.Remote;
using Conversation.Models;
using Conversation.Sessions.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Conversation.Sessions.Composition;

/// <summary>Puts conversations into a program.</summary>
public static class ConversationServices
{
    /// <summary>
    /// Adds <see cref="ISessions"/>, <see cref="ISpeechService"/> and <see cref="IReadiness"/>, hosted in this process. Settings come from the sections
    /// <c>Sessions</c>, <c>Engines</c>, <c>Turns</c>, <c>Speech</c>, <c>Dialog</c> and <c>Store</c>; all faults in them are told at once.
    /// </summary>
    public static IServiceCollection AddConversation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddConversationEngines(configuration);
        services.AddHostedService<OldSessions>();
        services.AddSingleton<ConversationHost>();
        services.AddHostedService(s => s.GetRequiredService<ConversationHost>());
        services.AddSingleton<ISessions>(s => s.GetRequiredService<ConversationHost>());
        return services;
    }

    /// <summary>Adds what every host of sessions needs: the engines (<see cref="ISpeechService"/>, <see cref="IReadiness"/>) and the store, from the same sections. Whoever keeps the sessions is added after it.</summary>
    public static IServiceCollection AddConversationEngines(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => (configuration.Get<ConversationOptions>() ?? new ConversationOptions()).Validated());
        services.TryAddSingleton(ModelCatalog.Default);
        services.AddSingleton<LaneMetrics>();
        services.AddSingleton<RemoteMetrics>();
        services.AddSingleton<SessionMetrics>();
        services.AddSingleton<ISessionStore>(s => s.GetRequiredService<ConversationOptions>() is { Store: { Path.Length: > 0 } store } options && options.Sessions.KeepFor > TimeSpan.Zero ? new SqliteSessionStore(store) : new InMemorySessionStore());
        services.TryAddSingleton<IPortRouting, LocalRouting>();
        services.AddSingleton<EngineHost>();
        services.AddHostedService(s => s.GetRequiredService<EngineHost>());
        services.AddSingleton<ISessionSource>(s => s.GetRequiredService<EngineHost>());
        services.AddSingleton<ISpeechService>(s => s.GetRequiredService<EngineHost>());
        services.AddSingleton<IReadiness>(s => s.GetRequiredService<EngineHost>());
        return services;
    }
}
