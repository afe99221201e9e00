using Conversation.Sessions;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Logging;

namespace Conversation.Grains.Tenants;

/// <summary>Asks a tenant's grain, where there is something to ask: a tenant without limits costs no call.</summary>
internal sealed partial class TenantGate(TenantDirectory directory, IGrainFactory grains, ILogger<TenantGate> logger)
{
    /// <summary>How often an open session says that it is.</summary>
    public static readonly TimeSpan RenewEvery = TenantLedger.LeaseFor / 3;

    /// <summary>Why a session may not be opened; null where it may.</summary>
    public async Task<SessionFault?> AdmitAsync(string tenant, string session)
    {
        if (!IsLimited(tenant))
        {
            return null;
        }

        try
        {
            return await Grain(tenant).AdmitAsync(session).ConfigureAwait(true);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogNotAsked(tenant, fault);
            return new SessionFault("tenant_unknown", "Whether the tenant may open a session could not be found out. Try again in a few seconds.", "tenant");
        }
    }

    public void Renew(string tenant, string session)
    {
        if (IsLimited(tenant))
        {
            Grain(tenant).RenewAsync(session).Ignore();
        }
    }

    public void Release(string tenant, string session)
    {
        if (IsLimited(tenant))
        {
            Grain(tenant).ReleaseAsync(session).Ignore();
        }
    }

    private bool IsLimited(string tenant) => directory[tenant] is { MaxSessions: > 0 } or { TimePerDay.Ticks: > 0 };

    private ITenantGrain Grain(string tenant) => grains.GetGrain<ITenantGrain>(TenantGrain.KeyOf(tenant));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant '{Tenant}' could not be asked")]
    private partial void LogNotAsked(string tenant, Exception fault);
}
