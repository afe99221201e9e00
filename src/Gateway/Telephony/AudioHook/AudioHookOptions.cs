namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>Calls by Genesys Cloud's Audio Connector, at <c>/v1/audiohook</c>; configuration section <c>Gateway:AudioHook</c>.</summary>
public sealed record AudioHookOptions
{
    /// <summary>Whether calls are taken. Default no.</summary>
    public bool Enabled { get; init; }

    /// <summary>Who may connect, by a name of yours: an integration in Genesys Cloud each. Default nobody.</summary>
    public IReadOnlyDictionary<string, AudioHookClient> Clients { get; init; } = new Dictionary<string, AudioHookClient>();

    /// <summary>Host (and port, where not 443) as Genesys reaches this gateway, where a proxy on the way changes the Host header: it is part of what is signed. Default empty: as the Host header says.</summary>
    public string Authority { get; init; } = "";

    /// <summary>Calls at once; further ones are answered 503. Default 200, from 1 to 10,000.</summary>
    public int MaxCalls { get; init; } = 200;

    /// <summary>Connections a second that one client may open, twice as many at once; further ones are answered 429. Default 20, from 1 to 1,000.</summary>
    public int OpensPerSecond { get; init; } = 20;

    /// <summary>Audio that lies at Genesys ahead of being played. Default 0.5 s, from 0.3 to 2 s: it goes in messages of 0.2 s, so less leaves gaps; an interruption flushes it.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Silence, not even a ping, after which a client counts as gone. Default 30 s, from 6 s to 10 min; Genesys pings every 5 s.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Languages told to a client that asks. Default empty, which tells en-US.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>What is wrong, every fault.</summary>
    internal IEnumerable<string> Faults()
    {
        if (!Enabled)
        {
            yield break;
        }

        if (Clients.Count == 0)
        {
            yield return "Gateway:AudioHook:Clients is empty: give at least one, with ApiKey and Secret.";
        }

        foreach (var (name, client) in Clients)
        {
            if (client.ApiKey.Length == 0)
            {
                yield return $"Gateway:AudioHook:Clients:{name}:ApiKey is empty: give the API key of the integration's credentials.";
            }

            if (client.SecretBytes is not { Length: >= 16 })
            {
                yield return $"Gateway:AudioHook:Clients:{name}:Secret is not base64 of 16 bytes or more: give the client secret of the integration's credentials.";
            }

            if (client.Organization.Length > 0 && !Guid.TryParse(client.Organization, out _))
            {
                yield return $"Gateway:AudioHook:Clients:{name}:Organization is '{client.Organization}': give the organisation's UUID, or nothing.";
            }
        }

        foreach (var twice in Clients.GroupBy(client => client.Value.ApiKey).Where(same => same.Count() > 1))
        {
            yield return $"Gateway:AudioHook:Clients {string.Join(" and ", twice.Select(client => client.Key))} have one ApiKey: give each its own.";
        }

        if (MaxCalls is < 1 or > 10_000)
        {
            yield return $"Gateway:AudioHook:MaxCalls is {MaxCalls}: give 1 to 10000.";
        }

        if (OpensPerSecond is < 1 or > 1_000)
        {
            yield return $"Gateway:AudioHook:OpensPerSecond is {OpensPerSecond}: give 1 to 1000.";
        }

        if (Ahead.TotalSeconds is < 0.3 or > 2)
        {
            yield return $"Gateway:AudioHook:Ahead is {Ahead}: give 0.3 to 2 s, as hh:mm:ss.";
        }

        if (ClientTimeout.TotalSeconds is < 6 or > 600)
        {
            yield return $"Gateway:AudioHook:ClientTimeout is {ClientTimeout}: give 6 to 600 s, as hh:mm:ss.";
        }
    }
}

/// <summary>An integration in Genesys Cloud: part of <see cref="AudioHookOptions"/>.</summary>
public sealed record AudioHookClient
{
    /// <summary>The API key of its credentials.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>The client secret of its credentials, in base64.</summary>
    public string Secret { get; init; } = "";

    /// <summary>The organisation's UUID, where only that one may connect. Default empty.</summary>
    public string Organization { get; init; } = "";

    /// <summary>Whom a call is for that names no connector.</summary>
    public CarrierRoute Default { get; init; } = new();

    /// <summary>Whom calls are for, by connector id: what Architect's action appends to the address. Default none: then every connector id is the default's.</summary>
    public IReadOnlyDictionary<string, CarrierRoute> Routes { get; init; } = new Dictionary<string, CarrierRoute>();

    internal byte[]? SecretBytes
    {
        get
        {
            var bytes = new byte[Secret.Length];
            return Convert.TryFromBase64String(Secret, bytes, out var count) ? bytes[..count] : null;
        }
    }
}
