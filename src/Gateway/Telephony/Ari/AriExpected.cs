using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>A call made from here, before it is answered.</summary>
internal sealed record AriExpected(CarrierRoute Route, CallerInfo Caller)
{
    private readonly TaskCompletionSource<int> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>0 once it was answered, or why it was not, as a cause of Q.850.</summary>
    public Task<int> Outcome => outcome.Task;

    public void Answer() => outcome.TrySetResult(0);

    public void End(int cause) => outcome.TrySetResult(cause > 0 ? cause : 16);
}
