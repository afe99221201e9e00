namespace Conversation.Core.Turns;

/// <summary>Who decides about turns: the session, or its client.</summary>
public sealed record TurnOptions
{
    /// <summary>Whether a turn ends by itself. Default true; else the client says when (<see cref="SessionInput.TurnEnded"/>).</summary>
    public bool EndThemselves { get; init; } = true;

    /// <summary>Whether a turn that ended by itself is answered. Default true; else the client asks for replies (<see cref="SessionInput.ReplyWanted"/>).</summary>
    public bool Answer { get; init; } = true;

    /// <summary>Whether speech over a reply may end it. Default true; else the reply goes on, and all that was said meanwhile is one turn, answered after it.</summary>
    public bool Interrupt { get; init; } = true;
}
