using Conversation.Dialog;

namespace Conversation.Sessions.Pump;

/// <summary>A caller in the dialog's words.</summary>
internal static class CallerWords
{
    public static DialogCaller? For(CallerInfo? caller) => caller is null ? null : new DialogCaller
    {
        Number = caller.Number,
        Name = caller.Name,
        Called = caller.Called,
        Outbound = caller.Outbound,
        AnsweredBy = caller.AnsweredBy,
        Attributes = caller.Attributes,
    };
}
