using System.Security.Cryptography;
using System.Text;
using Conversation.Sessions.Hosting;

namespace Conversation.Sessions.Tenants;

/// <summary>Who the tenants are, and whether a request is one of theirs.</summary>
internal sealed class TenantDirectory(IReadOnlyDictionary<string, TenantOptions> tenants)
{
    private static readonly TenantOptions Own = new();

    /// <summary>A tenant's options; those of the host's own where it is not named.</summary>
    public TenantOptions this[string name] => tenants.GetValueOrDefault(name, Own);

    /// <summary>The request with the tenant's settings under the client's, or why it is refused. The key goes no further.</summary>
    public (OpenSession? Request, SessionFault? Fault) Identify(OpenSession request)
    {
        if (request.Tenant.Length == 0 && !tenants.ContainsKey(""))
        {
            return (request with { TenantKey = "" }, null);
        }

        if (!tenants.TryGetValue(request.Tenant, out var tenant)
            || (tenant.Key.Length > 0 && !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(tenant.Key), Encoding.UTF8.GetBytes(request.TenantKey))))
        {
            return (null, new SessionFault("bad_tenant", "There is no such tenant here, or its key is another.", "tenant"));
        }

        return (request with { TenantKey = "", Settings = SettingsCheck.Merge(tenant.Settings, request.Settings) }, null);
    }
}
