using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace Conversation.Dialog.Chat;

/// <summary>What a model can do with the call itself. They only note what is wanted: it happens when the reply has played, so they need no commit.</summary>
internal sealed class CallTools
{
    private const int LongestReason = 100;

    public CallTools(ResponderOptions options)
    {
        Tools.Add(AIFunctionFactory.Create(
            ([Description("Why, in a word or two, for the record: what the call came to.")] string? reason = null) =>
            {
                Part = new ReplyPart.HangUp(string.IsNullOrWhiteSpace(reason) ? "goodbye" : reason.Length > LongestReason ? reason[..LongestReason] : reason);
                return "The call ends once your goodbye has been said.";
            },
            "end_call",
            "Ends the call after your reply. Use it when the caller says goodbye or wants nothing more."));
        if (options.TransferTarget is { } target)
        {
            Tools.Add(AIFunctionFactory.Create(
                () => Transfer(target),
                "transfer_to_person",
                "Hands the caller over to a person after your reply. Use it when the caller asks for one or you cannot help."));
        }

        if (options.TransferTargets is { Count: > 0 } targets)
        {
            var names = string.Join(", ", targets.Keys);
            Tools.Add(AIFunctionFactory.Create(
                ([Description("Whom to.")] string to) => targets.TryGetValue(to.Trim(), out var chosen) ? Transfer(chosen) : $"There is no '{to}'. There is: {names}.",
                "transfer",
                $"Hands the caller over after your reply, to one of: {names}."));
        }
    }

    public List<AIFunction> Tools { get; } = [];

    /// <summary>What was asked for, if anything.</summary>
    public ReplyPart? Part { get; private set; }

    public bool Ends => Part is not null;

    private string Transfer(string target)
    {
        Part = new ReplyPart.Transfer(target);
        return "The caller is handed over once your reply has been said.";
    }

    public bool IsOwn(string tool) => Tools.Any(t => t.Name == tool);
}
