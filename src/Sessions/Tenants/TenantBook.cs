namespace Conversation.Sessions.Tenants;

/// <summary>The ledgers of all tenants, where one process hosts everything.</summary>
internal sealed class TenantBook(TenantDirectory directory, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, TenantLedger> ledgers = new(StringComparer.Ordinal);

    /// <summary>The request as it is to be opened, or why not.</summary>
    public (OpenSession? Request, SessionFault? Fault) Admit(OpenSession request, string session)
    {
        // A session that is reopened was identified when it was opened, and proves itself by its token.
        var (identified, fault) = request.Resume is null ? directory.Identify(request) : (request, null);
        if (identified is null)
        {
            return (null, fault);
        }

        lock (gate)
        {
            fault = Ledger(identified.Tenant).Admit(session);
        }

        return fault is null ? (identified, null) : (null, fault);
    }

    /// <summary>It is over.</summary>
    public void Release(string tenant, string session)
    {
        lock (gate)
        {
            Ledger(tenant).Release(session);
        }
    }

    /// <summary>They are still open.</summary>
    public void Renew(IEnumerable<(string Tenant, string Session)> open)
    {
        lock (gate)
        {
            foreach (var (tenant, session) in open)
            {
                Ledger(tenant).Renew(session);
            }
        }
    }

    private TenantLedger Ledger(string tenant) =>
        ledgers.TryGetValue(tenant, out var ledger) ? ledger : ledgers[tenant] = new TenantLedger(tenant, directory[tenant], time);
}
