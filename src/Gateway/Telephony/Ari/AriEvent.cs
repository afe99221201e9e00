namespace Conversation.Gateway.Telephony.Ari;

/// <summary>What Asterisk says to an application; docs/specs/asterisk-ari.md. What was not told is empty.</summary>
internal sealed record AriEvent(string Type)
{
    public const string Enters = "StasisStart";
    public const string Leaves = "StasisEnd";
    public const string Destroyed = "ChannelDestroyed";
    public const string Replaced = "ApplicationReplaced";

    /// <summary>Whom it is about; null where it is about no channel.</summary>
    public AriChannel? Channel { get; init; }

    /// <summary>What the dialplan gave the application beside its name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Of a channel that ended: why, as a number of Q.850; 0 where it was not told.</summary>
    public int Cause { get; init; }
}

/// <summary>A channel as Asterisk tells of it.</summary>
internal sealed record AriChannel(string Id)
{
    /// <summary>"PJSIP/alice-00000001".</summary>
    public string Name { get; init; } = "";

    /// <summary>"Up", "Ring", "Down" and others.</summary>
    public string State { get; init; } = "";

    public string CallerNumber { get; init; } = "";

    public string CallerName { get; init; } = "";

    /// <summary>The extension it is at: what was dialled.</summary>
    public string Extension { get; init; } = "";

    /// <summary>What the application of the dialplan that it is in was given.</summary>
    public string ApplicationData { get; init; } = "";

    /// <summary>Variables that Asterisk is configured to tell.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = NoVariables;

    public static readonly IReadOnlyDictionary<string, string> NoVariables = new Dictionary<string, string>();
}
