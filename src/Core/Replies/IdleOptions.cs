namespace Conversation.Core.Replies;

/// <summary>What happens when the caller stays silent.</summary>
public sealed record IdleOptions
{
    /// <summary>Silence after which the caller is asked again. Default 12 s, 1 s to 10 min.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How often the caller is asked before something is said. Default 2, 0 to 10.</summary>
    public int Prompts { get; init; } = 2;

    /// <summary>Whether the session closes when the last prompt stays without answer. Default false.</summary>
    public bool CloseAfterPrompts { get; init; }

    internal void Validate(OptionFaults faults)
    {
        faults.Check(After, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "Idle.After");
        faults.Check(Prompts, 0, 10, "Idle.Prompts");
    }
}
