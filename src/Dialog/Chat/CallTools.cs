using Microsoft.Extensions.AI;

namespace Conversation.Dialog.Chat;

/// <summary>What a model can do with the call itself. They only note what is wanted: it happens when the reply has played, so they need no commit.</summary>
internal sealed class CallTools
{
    public CallTools(ResponderOptions options)
    {
        Tools.Add(AIFunctionFactory.Create(
            () =>
            {
                Part = new ReplyPart.HangUp("goodbye");
                return "The call ends once your goodbye has been said.";
            },
            "end_call",
            "Ends the call after your reply. Use it when the caller says goodbye or wants nothing more."));
        if (options.TransferTarget is { } target)
        {
            Tools.Add(AIFunctionFactory.Create(
                () =>
                {
                    Part = new ReplyPart.Transfer(target);
                    return "The caller is handed over once your reply has been said.";
                },
                "transfer_to_person",
                "Hands the caller over to a person after your reply. Use it when the caller asks for one or you cannot help."));
        }
    }

    public List<AIFunction> Tools { get; } = [];

    /// <summary>What was asked for, if anything.</summary>
    public ReplyPart? Part { get; private set; }

    public bool Ends => Part is not null;

    public bool IsOwn(string tool) => Tools.Any(t => t.Name == tool);
}
