namespace Conversation.Sessions.Tenants;

/// <summary>What one tenant may do; section <c>Tenants:NAME</c>. Where no tenant is named in the settings, everybody is the host's own.</summary>
public sealed record TenantOptions
{
    /// <summary>Secret that a client sends as <c>tenantKey</c>; empty where none is asked for. Default empty.</summary>
    public string Key { get; init; } = "";

    /// <summary>Sessions at once, over the whole cluster; 0 for as many as the hosts hold. Default 0.</summary>
    public int MaxSessions { get; init; }

    /// <summary>Session time a day (UTC), all sessions together; zero for no limit. Sessions that are open when it is used up go on. Default zero.</summary>
    public TimeSpan TimePerDay { get; init; }

    /// <summary>What holds where a client chooses nothing.</summary>
    public SessionSettings Settings { get; init; } = new();

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate(string name)
    {
        if (MaxSessions < 0)
        {
            yield return $"Tenants:{name}:MaxSessions is {MaxSessions}; it must be 0 or more.";
        }

        if (TimePerDay < TimeSpan.Zero)
        {
            yield return $"Tenants:{name}:TimePerDay is {TimePerDay}; it must not be negative.";
        }
    }
}
