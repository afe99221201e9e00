using Conversation.Conformance.Engines;
using Conversation.Grains;
using Conversation.Grains.Composition;
using Conversation.ScriptedSilo;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Tenants;
using Conversation.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

// The silo's program as it is, but for what hears, answers and speaks.
var app = SiloProgram.Build(args, builder =>
{
    var fakes = new FakeEngines();
    var engines = fakes.ForHost();
    var sessions = builder.Configuration.GetSection("Sessions").Get<SessionHostOptions>() ?? new SessionHostOptions();
    builder.Services.AddSingleton<ISessionSource>(new Scripted(fakes.Factory(engines, sessions with { Responder = "echo" })));
    builder.Services.AddSingleton(new TenantDirectory(new Dictionary<string, TenantOptions>()));
    if (builder.Configuration.GetValue<TimeSpan>("Scripted:SaveDelay") is { Ticks: > 0 } delay)
    {
        var inner = builder.Services.Last(service => service.ServiceType == typeof(IGrainStorage) && StorageNames.Sessions.Equals(service.ServiceKey));
        builder.Services.AddKeyedSingleton<IGrainStorage>(StorageNames.Sessions, (services, key) => new SlowStorage((IGrainStorage)inner.KeyedImplementationFactory!(services, key), delay));
    }

    builder.Services.AddSessionGrains(new GrainOptions { SharedStorage = true, HttpAddress = builder.Configuration["Silo:HttpAddress"] ?? "" });
});
await app.RunAsync().ConfigureAwait(false);

namespace Conversation.ScriptedSilo
{
    internal sealed record Scripted(SessionFactory? Factory) : ISessionSource;

    /// <summary>Grain storage that takes its time before and after each write.</summary>
    internal sealed class SlowStorage(IGrainStorage inner, TimeSpan delay) : IGrainStorage, Orleans.ILifecycleParticipant<Orleans.Runtime.ISiloLifecycle>
    {
        public void Participate(Orleans.Runtime.ISiloLifecycle observer) => ((Orleans.ILifecycleParticipant<Orleans.Runtime.ISiloLifecycle>)inner).Participate(observer);

        public Task ReadStateAsync<T>(string stateName, Orleans.Runtime.GrainId grainId, Orleans.IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, Orleans.Runtime.GrainId grainId, Orleans.IGrainState<T> grainState)
        {
            await Task.Delay(delay / 2, TimeProvider.System).ConfigureAwait(true);
            await inner.WriteStateAsync(stateName, grainId, grainState).ConfigureAwait(true);
            await Task.Delay(delay / 2, TimeProvider.System).ConfigureAwait(true);
        }

        public Task ClearStateAsync<T>(string stateName, Orleans.Runtime.GrainId grainId, Orleans.IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);
    }
}
