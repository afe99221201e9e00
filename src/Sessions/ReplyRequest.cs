namespace Conversation.Sessions;

/// <summary>A reply that the client asks for: to what was said and not answered yet. What is null is as in the session's settings.</summary>
public sealed record ReplyRequest
{
    /// <summary>What the caller typed besides; empty for nothing.</summary>
    public string Text { get; init; } = "";

    /// <summary>For chat models: what is to be heeded this once, in the place of the session's instructions.</summary>
    public string? Instructions { get; init; }

    /// <summary>For chat models: functions of the client's for this once.</summary>
    public IReadOnlyList<ClientTool>? Tools { get; init; }

    /// <summary>As <see cref="SessionSettings.ToolChoice"/>.</summary>
    public string? ToolChoice { get; init; }

    /// <summary>For chat models: what stands for the conversation this once; the last line of a user is what is answered.</summary>
    public IReadOnlyList<ContextLine>? Input { get; init; }
}

/// <summary>What was said, by whom: "system", "user" or "assistant".</summary>
public sealed record ContextLine(string Role, string Text);

/// <summary>What a chat model is to remember of the turns up to number <paramref name="UpTo"/>, in the place of what was said in them.</summary>
public sealed record SessionContext(int UpTo, IReadOnlyList<ContextLine> Lines);

/// <summary>Something done beside the conversation, told by <see cref="SessionEvent.AsideDone"/>: audio to be recognised, or a reply in text of which the conversation knows nothing.</summary>
public sealed record AsideRequest(string Id)
{
    /// <summary>PCM16 at the rate the session was opened with, a minute at most.</summary>
    public byte[]? Audio { get; init; }

    /// <summary>The reply. It can do nothing that is noticed outside: no function is called.</summary>
    public ReplyRequest? Reply { get; init; }
}
