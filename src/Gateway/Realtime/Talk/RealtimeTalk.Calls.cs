using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>
/// Function calls. The session's reply waits for a result and then goes on; in the dialect a response ends with its calls, and what follows
/// the results is another one, which the client asks for. So results are handed on when it does, and what the session says meanwhile is held.
/// </content>
internal sealed partial class RealtimeTalk
{
    /// <summary>Functions that a model calls at once come one right after the other, and belong to one response.</summary>
    private static readonly TimeSpan CallsWithin = TimeSpan.FromMilliseconds(30);
    private readonly List<SessionEvent> held = [];
    private readonly List<(string Call, string Output)> results = [];
    private readonly Queue<SessionEvent.ToolCalled> wanted = new();
    private Response? suspended;
    private Response? calling;
    private TimeSpan calledAt;

    /// <summary>Where the last word said so far ends, in samples of the reply.</summary>
    private static long SaidUntil(Response response) => response.Words.Count == 0 ? 0 : response.Words[^1].End;

    private void Call(SessionEvent.ToolCalled e)
    {
        if (active is null && suspended is { } before)
        {
            // So late that the response it should have been in is over.
            Begin(before.Next(null, null, before.Limit, InputOf(null)));
        }

        if (active is not { } response)
        {
            return;
        }

        wanted.Enqueue(e);
        TellCalls(response);
    }

    /// <summary>Tells the calls, once what is said before them is sent.</summary>
    private void TellCalls(Response response)
    {
        if (response.Speaks && response.Clock.Sent < SaidUntil(response))
        {
            return;
        }

        while (wanted.TryDequeue(out var call))
        {
            TellCall(response, call);
        }
    }

    private void TellCall(Response response, SessionEvent.ToolCalled e)
    {
        FinishMessage(response, "completed");
        var item = new Item(Ids.New("item"), "function_call", null) { CallId = e.Call, Function = e.Name, Text = e.Arguments, Status = "in_progress" };
        var index = response.Calls.Count + (response.Begun ? 1 : 0);
        response.Calls.Add(item);
        Send("response.output_item.added", new JsonObject { ["response_id"] = response.Id, ["output_index"] = index, ["item"] = item.ToJson(bare: true) });
        Announce(item);
        Send("response.function_call_arguments.delta", Place("delta"));
        var done = Place("arguments");
        done["name"] = e.Name;
        Send("response.function_call_arguments.done", done);
        item.Status = "completed";
        Send("response.output_item.done", new JsonObject { ["response_id"] = response.Id, ["output_index"] = index, ["item"] = item.ToJson() });
        Send("conversation.item.done", new JsonObject { ["previous_item_id"] = items.Before(item), ["item"] = item.ToJson() });
        (calling, calledAt) = (response, Now);

        JsonObject Place(string name) => new() { ["response_id"] = response.Id, ["item_id"] = item.Id, ["output_index"] = index, ["call_id"] = e.Call, [name] = e.Arguments };
    }

    private void FinishCalls(Response response)
    {
        suspended = response;
        Finish(response, "completed");
    }

    /// <summary>The client asks for the rest of a reply.</summary>
    private RealtimeError? GoOn(ResponseParams asked)
    {
        ISession? live;
        (string Call, string Output)[] given;
        lock (gate)
        {
            if (suspended is not { } before)
            {
                return null;
            }

            suspended = null;
            (live, given) = (session, [.. results]);
            results.Clear();
            Begin(before.Next(asked.Metadata, asked.Speaks, LimitOf(asked), InputOf(null)));
            var said = held.ToArray();
            held.Clear();
            foreach (var message in said)
            {
                Send(message);
            }
        }

        foreach (var (call, output) in given)
        {
            live?.GiveResult(call, output);
        }

        return null;
    }

    /// <summary>The reply is over or another has begun: nothing of it is waited for.</summary>
    private void Forget()
    {
        (suspended, calling) = (null, null);
        wanted.Clear();
        results.Clear();
        held.Clear();
    }
}
