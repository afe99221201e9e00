using System.Runtime.CompilerServices;
using Conversation.Core;

namespace Conversation.Dialog;

/// <summary>Says back what it heard: for tests, benches and trying out a microphone. Needs no model and no state.</summary>
public sealed class EchoResponder : IResponder
{
    /// <inheritdoc/>
    public string Name => "echo";

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(turn);
        await Task.CompletedTask.ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        yield return new ReplyPart.Text(turn.Kind switch
        {
            ReplyKind.Greeting => "Hello. I say back what I hear.",
            ReplyKind.IdlePrompt => "I'm listening.",
            ReplyKind.Apology => "Sorry, something went wrong. Please say it again.",
            _ => $"You said: {turn.UserText}",
        });
        yield return new ReplyPart.Expect(ExpectedAnswer.Open);
    }
}
