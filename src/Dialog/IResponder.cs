using Conversation.Core;

namespace Conversation.Dialog;

/// <summary>One past turn: what the caller said and what of the reply the caller heard.</summary>
public sealed record DialogLine(string UserText, string ReplyHeard, bool Interrupted);

/// <summary>What a responder answers.</summary>
public sealed record DialogTurn
{
    /// <summary>The session, for logs and for what a responder keeps by session.</summary>
    public required string Session { get; init; }

    /// <summary>Why the platform speaks.</summary>
    public required ReplyKind Kind { get; init; }

    /// <summary>What the caller said; empty for a greeting or an idle prompt.</summary>
    public required string UserText { get; init; }

    /// <summary>The conversation so far, oldest first, cut at what was heard.</summary>
    public required IReadOnlyList<DialogLine> History { get; init; }

    /// <summary>The state this responder yielded last in a committed reply; null at first. Opaque to all others; JSON text.</summary>
    public string? State { get; init; }

    /// <summary>Completes when the reply is wanted. Before it, nothing may be done that can be noticed outside (a tool call, a booking): await it first. Cancelled with the reply.</summary>
    public required Task Committed { get; init; }

    /// <summary>The caller's wall clock and zone, for "tomorrow at nine".</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What the client wants heeded besides the responder's own instructions; empty for nothing.</summary>
    public string Instructions { get; init; } = "";

    /// <summary>What went before <see cref="History"/>, where the client says that it was not what was said.</summary>
    public IReadOnlyList<SaidLine> Before { get; init; } = [];

    /// <summary>How the client's functions are to be used: "" or "auto", "none", "required", or "function:NAME".</summary>
    public string ToolChoice { get; init; } = "";

    /// <summary>The client's functions.</summary>
    public IReadOnlyList<OfferedTool> Tools { get; init; } = [];

    /// <summary>Who calls by telephone; null where the session is no telephone call.</summary>
    public DialogCaller? Caller { get; init; }
}

/// <summary>Who calls by telephone, as the carrier tells; what it does not tell is empty.</summary>
public sealed record DialogCaller
{
    /// <summary>The caller's number, as the carrier writes it.</summary>
    public string Number { get; init; } = "";

    /// <summary>The caller's name, as displayed.</summary>
    public string Name { get; init; } = "";

    /// <summary>The number that was called.</summary>
    public string Called { get; init; } = "";

    /// <summary>Whether the platform called.</summary>
    public bool Outbound { get; init; }

    /// <summary>"human", "machine", "unknown", or empty.</summary>
    public string AnsweredBy { get; init; } = "";

    /// <summary>What else the carrier passes on.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>What was said, by whom: "system", "user" or "assistant".</summary>
public sealed record SaidLine(string Role, string Text);

/// <summary>A function of the client's: <paramref name="Parameters"/> a JSON schema, <paramref name="Call"/> from a JSON object to its result, both as text.</summary>
public sealed record OfferedTool(string Name, string Description, string Parameters, Func<string, CancellationToken, Task<string>> Call);

/// <summary>A piece of a reply.</summary>
public abstract record ReplyPart
{
    private ReplyPart()
    {
    }

    /// <summary>More text to be spoken.</summary>
    public sealed record Text(string Delta) : ReplyPart;

    /// <summary>The responder's state after this reply; kept only when the reply is committed. <paramref name="Binding"/>: something was done that cannot be undone, so it is kept even where the caller turns out not to have finished.</summary>
    public sealed record State(string Json, bool Binding = false) : ReplyPart;

    /// <summary>What kind of answer is expected next.</summary>
    public sealed record Expect(ExpectedAnswer Answer) : ReplyPart;

    /// <summary>Which keys of a telephone are taken as the answer: complete at <paramref name="Most"/> (0: no such number), at one of <paramref name="Terminators"/>, or when none follows for <paramref name="Timeout"/>. Comes after <see cref="State"/>: keys pressed earlier wait for it.</summary>
    public sealed record Keys(int Most, string Terminators, TimeSpan Timeout) : ReplyPart;

    /// <summary>Once the reply has played: hand the caller over to <paramref name="Target"/>. <paramref name="Values"/>: what was learned.</summary>
    public sealed record Transfer(string Target, IReadOnlyDictionary<string, string>? Values = null) : ReplyPart;

    /// <summary>Once the reply has played: end the call. <paramref name="Values"/>: what was learned.</summary>
    public sealed record HangUp(string Reason, IReadOnlyDictionary<string, string>? Values = null) : ReplyPart;
}

/// <summary>Who answers. Runs speculatively: the same turn may be asked again with other words, and a reply may be cancelled at any moment.</summary>
public interface IResponder
{
    /// <summary>The name it is chosen by.</summary>
    string Name { get; }

    /// <summary>Streams a reply.</summary>
    IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, CancellationToken cancellation);
}
