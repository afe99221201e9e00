using Conversation.Grains.Composition;
using Conversation.Sessions;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Storage;

namespace Conversation.Grains.Tenants;

/// <summary>One tenant's concurrency and quota, over the whole cluster; key: see <see cref="TenantGrain.KeyOf"/>.</summary>
[Alias("conversation.ITenantGrain")]
internal interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Takes a session, or says why not.</summary>
    [Alias("Admit"), ResponseTimeout("00:00:05")]
    Task<SessionFault?> AdmitAsync(string session);

    /// <summary>It is still open.</summary>
    [Alias("Renew"), OneWay]
    Task RenewAsync(string session);

    /// <summary>It is over.</summary>
    [Alias("Release"), OneWay]
    Task ReleaseAsync(string session);

    /// <summary>Sessions open, and session time used today.</summary>
    [Alias("Usage")]
    Task<TenantUsage> UsageAsync();
}

/// <summary>Sessions open, and session time used today (UTC).</summary>
[GenerateSerializer, Immutable, Alias("conversation.TenantUsage")]
internal readonly record struct TenantUsage([property: Id(0)] int Open, [property: Id(1)] TimeSpan Used);

/// <summary>Keeps a tenant's ledger. The time used is written every half minute; sessions that are open say so themselves, so nothing need be known of them after a crash.</summary>
[GrainType("conversation.tenant")]
internal sealed partial class TenantGrain(TenantDirectory directory, GrainOptions options, IServiceProvider services, TimeProvider time, ILogger<TenantGrain> logger) : Grain, ITenantGrain
{
    /// <summary>The AdoNet storage reads a key that looks like a hexadecimal number as one, and "abc" would be "0ABC": with this before it no name does.</summary>
    private const string KeyPrefix = "tenant-";

    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(30);

    private readonly GrainState<TenantCount> state = new() { State = new() };
    private TenantLedger? ledger;
    private IGrainStorage? storage;

    /// <summary>The grain's key for a tenant; empty for the host's own.</summary>
    public static string KeyOf(string tenant) => KeyPrefix + tenant;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var name = this.GetPrimaryKeyString()[KeyPrefix.Length..];
        ledger = new TenantLedger(name, directory[name], time);
        storage = options.SharedStorage ? services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Tenants) : null;
        if (storage is null)
        {
            // Known here alone: collected as idle, it would begin the day anew. There are as many as tenants with limits.
            DelayDeactivation(Timeout.InfiniteTimeSpan);
        }
        else
        {
            try
            {
                await storage.ReadStateAsync("tenant", this.GetGrainId(), state).ConfigureAwait(true);
                if (state.State is { } known)
                {
                    ledger.Restore(known.Day, known.Used);
                }
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Calls are let in rather than turned away for what the database does not say.
                LogNotRead(name, fault);
            }
        }

        this.RegisterGrainTimer(static (grain, _) => grain.WriteAsync(), this, new GrainTimerCreationOptions { DueTime = WriteEvery, Period = WriteEvery, Interleave = true });
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => WriteAsync();

    public Task<SessionFault?> AdmitAsync(string session) => Task.FromResult(ledger!.Admit(session));

    public Task RenewAsync(string session)
    {
        ledger!.Renew(session);
        return Task.CompletedTask;
    }

    public Task ReleaseAsync(string session)
    {
        ledger!.Release(session);
        return Task.CompletedTask;
    }

    public Task<TenantUsage> UsageAsync() => Task.FromResult(new TenantUsage(ledger!.Open, ledger.Used));

    private async Task WriteAsync()
    {
        var (day, used) = ledger!.Count;
        if (storage is null || (state.State is { } known && known.Day == day && known.Used == used))
        {
            return;
        }

        try
        {
            state.State = new TenantCount { Day = day, Used = used };
            await storage.WriteStateAsync("tenant", this.GetGrainId(), state).ConfigureAwait(true);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogNotWritten(this.GetPrimaryKeyString(), fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The time that tenant '{Tenant}' has used today could not be read; it counts from now")]
    private partial void LogNotRead(string tenant, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The time that tenant '{Tenant}' has used could not be written")]
    private partial void LogNotWritten(string tenant, Exception fault);
}

/// <summary>What stands in the database.</summary>
internal sealed class TenantCount
{
    public DateOnly Day { get; set; }

    public TimeSpan Used { get; set; }
}
