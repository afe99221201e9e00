namespace Conversation.Gateway;

/// <summary>The Realtime dialect at <c>/v1/realtime</c>; configuration section <c>Gateway:Realtime</c>.</summary>
public sealed record RealtimeOptions
{
    /// <summary>Whether it is there at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Keys, of which a client must have one, 16 characters or more each. Default none: then only clients on this machine are let in, with any key.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Lets clients from elsewhere in without a key. Default false. For a gateway behind something that asks for keys itself.</summary>
    public bool Open { get; init; }

    /// <summary>The tenant whose sessions these are. Default empty: the host's own.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>That tenant's key, where it has one.</summary>
    public string TenantKey { get; init; } = "";

    /// <summary>How long a conversation may last. Default 60 min, from 1 min to 24 h.</summary>
    public TimeSpan MaxSession { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Audio of the caller that may wait to be listened to. Default 5 min, which holds the longest single append; from 1 s to 10 min.</summary>
    public TimeSpan MaxInput { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far ahead of its playing audio is sent. Default 300 ms, from 40 ms to 10 s. More survives a worse network, and plays on longer when somebody speaks over it.</summary>
    public TimeSpan Lead { get; init; } = TimeSpan.FromMilliseconds(300);

    internal IEnumerable<string> Faults()
    {
        if (Keys.Any(key => string.IsNullOrWhiteSpace(key) || key.Length < 16))
        {
            yield return "Gateway:Realtime:Keys has a key of fewer than 16 characters.";
        }

        if (MaxSession < TimeSpan.FromMinutes(1) || MaxSession > TimeSpan.FromHours(24))
        {
            yield return $"Gateway:Realtime:MaxSession is {MaxSession}: give 1 min to 24 h, as hh:mm:ss.";
        }

        if (MaxInput < TimeSpan.FromSeconds(1) || MaxInput > TimeSpan.FromMinutes(10))
        {
            yield return $"Gateway:Realtime:MaxInput is {MaxInput}: give 1 s to 10 min, as hh:mm:ss.";
        }

        if (Lead < TimeSpan.FromMilliseconds(40) || Lead > TimeSpan.FromSeconds(10))
        {
            yield return $"Gateway:Realtime:Lead is {Lead}: give 40 ms to 10 s, as hh:mm:ss.";
        }
    }
}
