using Conversation.Core;

namespace Conversation.Sessions.Pump;

/// <summary>The protocol's names for the core's words.</summary>
internal static class Wire
{
    public static string Name(ReplyKind kind) => kind switch
    {
        ReplyKind.Greeting => "greeting",
        ReplyKind.IdlePrompt => "idlePrompt",
        ReplyKind.Apology => "apology",
        _ => "answer",
    };

    public static string Name(CancelReason reason) => reason switch
    {
        CancelReason.Interrupted => "interrupted",
        CancelReason.Revised => "revised",
        CancelReason.Closing => "closing",
        _ => "failed",
    };

    public static string Name(InterruptionOutcome outcome) => outcome switch
    {
        InterruptionOutcome.Interrupted => "interrupted",
        InterruptionOutcome.Backchannel => "backchannel",
        _ => "false",
    };

    public static string Name(Speculation speculation) => speculation switch
    {
        Speculation.Hit => "hit",
        Speculation.Revised => "revised",
        _ => "none",
    };
}
