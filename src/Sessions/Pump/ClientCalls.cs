using System.Collections.Concurrent;
using Conversation.Dialog;

namespace Conversation.Sessions.Pump;

/// <summary>The client's functions that a dialog waits for.</summary>
internal sealed class ClientCalls(Action<SessionEvent> tell)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> waiting = new();

    /// <summary>The client's tools, as a dialog is offered them for one reply.</summary>
    public IReadOnlyList<OfferedTool> For(int generation, IReadOnlyList<ClientTool>? tools) => tools is null
        ? []
        : [.. tools.Select(tool => new OfferedTool(tool.Name, tool.Description, tool.Parameters, (arguments, cancellation) => CallAsync(generation, tool.Name, arguments, cancellation)))];

    /// <summary>Hands a result over; false where nobody waits for it.</summary>
    public bool Give(string call, string result) => waiting.TryRemove(call, out var answer) && answer.TrySetResult(result);

    private async Task<string> CallAsync(int generation, string name, string arguments, CancellationToken cancellation)
    {
        var call = "call_" + Guid.NewGuid().ToString("N");
        var answer = waiting[call] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            tell(new SessionEvent.ToolCalled(generation, call, name, arguments));
            return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            waiting.TryRemove(call, out _);
        }
    }
}
