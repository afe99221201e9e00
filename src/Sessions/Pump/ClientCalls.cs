using System.Collections.Concurrent;
using Conversation.Dialog;

namespace Conversation.Sessions.Pump;

/// <summary>The client's functions that a dialog waits for.</summary>
internal sealed class ClientCalls(Action<SessionEvent> tell, Action<int, bool> waits)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> waiting = new();
    private readonly Dictionary<int, int> outstanding = [];

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
            Count(generation, 1);
            tell(new SessionEvent.ToolCalled(generation, call, name, arguments));
            return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            waiting.TryRemove(call, out _);
            Count(generation, -1);
        }
    }

    /// <summary>Says of a reply that it waits with the first call, and that it does no more with the last result.</summary>
    private void Count(int generation, int change)
    {
        lock (outstanding)
        {
            var before = outstanding.GetValueOrDefault(generation);
            outstanding[generation] = before + change;
            if (before + change == 0)
            {
                outstanding.Remove(generation);
            }

            if (before == 0 || before + change == 0)
            {
                waits(generation, before == 0);
            }
        }
    }
}
