namespace Conversation.Sessions.Tenants;

/// <summary>One tenant's sessions and the time they took today. Not thread-safe: whoever keeps it, a host or a grain, calls it one at a time.</summary>
internal sealed class TenantLedger(string name, TenantOptions options, TimeProvider time)
{
    /// <summary>A session not renewed for so long has gone down with its host.</summary>
    public static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Lease> leases = [];
    private DateOnly day;
    private TimeSpan used;

    public int Open => leases.Count;

    /// <summary>Session time of today so far, as of the last renewals.</summary>
    public TimeSpan Used => used;

    /// <summary>Goes on with what another keeper had counted.</summary>
    public void Restore(DateOnly countedOn, TimeSpan counted) => (day, used) = (countedOn, counted);

    /// <summary>Today, and what was counted.</summary>
    public (DateOnly Day, TimeSpan Used) Count => (day, used);

    /// <summary>Takes a session, or says why not. One that is in already stays in.</summary>
    public SessionFault? Admit(string session)
    {
        Turn();
        Expire();
        if (!leases.ContainsKey(session))
        {
            if (options.MaxSessions > 0 && leases.Count >= options.MaxSessions)
            {
                return new SessionFault("tenant_full", $"Tenant '{name}' has its {options.MaxSessions} sessions open. Try again later.", $"Tenants:{name}:MaxSessions");
            }

            if (options.TimePerDay > TimeSpan.Zero && used >= options.TimePerDay)
            {
                return new SessionFault("tenant_quota", $"Tenant '{name}' has used its {options.TimePerDay} of today. It begins anew at midnight UTC.", $"Tenants:{name}:TimePerDay");
            }
        }

        Renew(session);
        return null;
    }

    /// <summary>It is still open.</summary>
    public void Renew(string session)
    {
        Turn();
        var now = time.GetTimestamp();
        if (leases.TryGetValue(session, out var lease))
        {
            used += time.GetElapsedTime(lease.At, now);
        }

        leases[session] = new Lease(now);
    }

    /// <summary>It is over.</summary>
    public void Release(string session)
    {
        if (leases.ContainsKey(session))
        {
            Renew(session);
            leases.Remove(session);
        }
    }

    private void Turn()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (today != day)
        {
            (day, used) = (today, TimeSpan.Zero);
        }
    }

    private void Expire()
    {
        foreach (var (session, lease) in leases)
        {
            if (time.GetElapsedTime(lease.At) > LeaseFor)
            {
                leases.Remove(session);
            }
        }
    }

    private readonly record struct Lease(long At);
}
