using Conversation.Core;
using Conversation.Dialog;

namespace Conversation.Sessions.Pump;

/// <summary>What is said when a turn failed inside. Needs nobody: the responder may be what failed.</summary>
internal sealed class ApologyResponder : IResponder
{
    public static ApologyResponder Instance { get; } = new();

    public string Name => "apology";

    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return new ReplyPart.Text(turn.UserText.Length == 0
            ? "Sorry, I didn't catch that. Could you say it again?"
            : "Sorry, something went wrong on my side. Could you say that again?");
    }
}
