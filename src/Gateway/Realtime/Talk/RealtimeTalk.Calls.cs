using System.Text.Json.Nodes;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>
/// Function calls. The session's reply waits for a result and then goes on; in the dialect a response ends with its calls, and what follows
/// the result is another one, which the client asks for. So what the session says meanwhile is held.
/// </content>
internal sealed partial class RealtimeTalk
{
    private readonly List<SessionEvent> held = [];
    private Response? suspended;
    private SessionEvent.ToolCalled? wanted;

    /// <summary>Where the last word said so far ends, in samples of the reply.</summary>
    private static long SaidUntil(Response response) => response.Words.Count == 0 ? 0 : response.Words[^1].End;

    private void Call(SessionEvent.ToolCalled e)
    {
        if (active is null && suspended is { } before)
        {
            // One more at the same time: the response that it should have been in is over.
            Begin(before.Next(null));
        }

        if (active is not { } response)
        {
            return;
        }

        if (response.Speaks && response.Clock.Sent < SaidUntil(response))
        {
            // What it says first is still on its way.
            wanted = e;
            return;
        }

        TellCall(response, e);
    }

    private void TellCall(Response response, SessionEvent.ToolCalled e)
    {
        wanted = null;
        var item = new Item(Ids.New("item"), "function_call", null) { CallId = e.Call, Function = e.Name, Text = e.Arguments, Status = "in_progress" };
        var index = response.Begun ? 1 : 0;
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
        suspended = response;
        Finish(response, "completed");

        JsonObject Place(string name) => new() { ["response_id"] = response.Id, ["item_id"] = item.Id, ["output_index"] = index, ["call_id"] = e.Call, [name] = e.Arguments };
    }

    /// <summary>The client asks for the rest of a reply.</summary>
    private void GoOn(Response before, JsonObject? metadata)
    {
        suspended = null;
        Begin(before.Next(metadata));
        var said = held.ToArray();
        held.Clear();
        foreach (var message in said)
        {
            Send(message);
        }
    }

    /// <summary>The reply is over or another has begun: nothing of it is waited for.</summary>
    private void Forget()
    {
        (suspended, wanted) = (null, null);
        held.Clear();
    }
}
