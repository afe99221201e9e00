namespace Conversation.Dialog.Flows;

/// <summary>Something a flow can do or look up. Implementations are shared by all sessions: they must be safe to call concurrently.</summary>
public interface IFlowAction
{
    /// <summary>The name a flow calls it by.</summary>
    string Name { get; }

    /// <summary>True where it changes something: it then runs only after the reply is wanted, and after the caller confirmed. False: it only reads, and may run for a reply that is thrown away.</summary>
    bool HasEffect { get; }

    /// <summary>What may come of it. Empty: anything.</summary>
    IReadOnlyList<string> Outcomes { get; }

    /// <summary>Runs it. Expected failures are outcomes; an exception is spoken of as a failure (outcome "failed").</summary>
    ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation);
}

/// <summary>A call of an action.</summary>
public sealed record FlowActionCall
{
    /// <summary>The session it is for.</summary>
    public required string Session { get; init; }

    /// <summary>The same for every attempt of one task in one session: an action that saw it before must replace what it did, not do it twice.</summary>
    public required string Key { get; init; }

    /// <summary>The values handed over: days yyyy-MM-dd, times HH:mm, others as said. Unknown ones are absent.</summary>
    public required IReadOnlyDictionary<string, string> Arguments { get; init; }

    /// <summary>The caller's clock and zone.</summary>
    public required TimeProvider Time { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Outcome">One of the action's outcomes.</param>
/// <param name="Values">Values for the texts that follow. Days as yyyy-MM-dd and times as HH:mm are said as such; "offers" (values separated by "|") can be chosen by "the first one".</param>
public sealed record FlowActionResult(string Outcome, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>An outcome without values.</summary>
    public FlowActionResult(string outcome)
        : this(outcome, new Dictionary<string, string>())
    {
    }
}
