using Conversation.Dialog;

namespace Conversation.Sessions.Pump;

/// <summary>Says nothing: after a notice where no greeting is wanted.</summary>
internal sealed class SilentResponder : IResponder
{
    public static SilentResponder Instance { get; } = new();

    public string Name => "silent";

    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }
}
