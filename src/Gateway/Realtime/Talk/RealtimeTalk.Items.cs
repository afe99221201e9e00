using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>Items and responses that the client asks for.</content>
internal sealed partial class RealtimeTalk
{
    private readonly List<Item> unanswered = [];
    private readonly Queue<(string Text, JsonObject? Metadata)> typed = new();

    private RealtimeError? Create(ClientEvent.CreateItem create)
    {
        if (Check(create) is { } error)
        {
            return error;
        }

        if (create.Item is NewItem.FunctionOutput result)
        {
            lock (gate)
            {
                Place(new Item(result.Id ?? Ids.New("item"), "function_call_output", null) { CallId = result.CallId, Text = result.Output });
            }

            // What it leads to waits for response.create. Too late, nobody waits any more: the caller has gone on.
            session?.GiveResult(result.CallId, result.Output);
            return null;
        }

        lock (gate)
        {
            var said = (NewItem.UserText)create.Item;
            var item = new Item(said.Id ?? Ids.New("item"), "message", "user") { Text = said.Text, Taken = false };
            unanswered.Add(item);
            Place(item);
        }

        return null;
    }

    private void Place(Item item)
    {
        Announce(item);
        Send("conversation.item.done", new JsonObject { ["previous_item_id"] = items.Before(item), ["item"] = item.ToJson() });
    }

    /// <summary>What is wrong with a new item, or null.</summary>
    private RealtimeError? Check(ClientEvent.CreateItem create)
    {
        lock (gate)
        {
            if (create.Item.Id is { } given && items.Find(given) is not null)
            {
                return new RealtimeError("item_already_exists", $"There is an item with the id '{given}'.", "item.id");
            }

            if (create.PreviousItemId is { } previous && previous != items.LastId)
            {
                return items.Find(previous) is null && previous != "root"
                    ? new RealtimeError("item_not_found", $"There is no item '{ClientEventParser.Clip(previous)}'.", "previous_item_id")
                    : RealtimeError.NotOffered("Adding an item elsewhere than at the end", "previous_item_id");
            }

            if (create.Item is NewItem.FunctionOutput result)
            {
                return items.All.Any(item => item.CallId == result.CallId) && session is not null ? null : new RealtimeError("call_not_found", $"There is no function call '{ClientEventParser.Clip(result.CallId)}'.", "item.call_id");
            }

            var said = (NewItem.UserText)create.Item;

            if (unanswered.Sum(item => item.Text.Length + 1) + said.Text.Length > options.MaxTextLength)
            {
                return RealtimeError.Invalid("item.content.text", $"at most {options.MaxTextLength} characters in one turn");
            }
        }

        return null;
    }

    private RealtimeError? Delete(string id)
    {
        lock (gate)
        {
            if (items.Find(id) is not { } item)
            {
                return NotFound(id);
            }

            if (item.Taken)
            {
                return RealtimeError.NotOffered("Taking back what the dialog has already heard or said", "item_id");
            }

            items.Remove(item);
            unanswered.Remove(item);
            Send("conversation.item.deleted", new JsonObject { ["item_id"] = id });
        }

        return null;
    }

    private RealtimeError? Retrieve(string id)
    {
        lock (gate)
        {
            if (items.Find(id) is not { } item)
            {
                return NotFound(id);
            }

            Send("conversation.item.retrieved", new JsonObject { ["item"] = item.ToJson() });
        }

        return null;
    }

    private static RealtimeError NotFound(string id) => new("item_not_found", $"There is no item '{ClientEventParser.Clip(id)}'.", "item_id");

    /// <summary>The listener stopped there: what comes after was never heard.</summary>
    private RealtimeError? Truncate(ClientEvent.Truncate truncate)
    {
        lock (gate)
        {
            if (items.Find(truncate.ItemId) is not { } item)
            {
                return NotFound(truncate.ItemId);
            }

            if (item.Role != "assistant" || !item.IsAudio)
            {
                return RealtimeError.Invalid("item_id", "an item of audio that this server said");
            }

            if (latest is { } response && response.Item == item)
            {
                var samples = truncate.AudioEndMs * WireAudio.Rate(response.Format) / 1_000;
                var sent = response.Clock.Sent - response.From;
                if (samples > sent)
                {
                    return new RealtimeError("invalid_value", $"Audio content of {sent * 1_000 / WireAudio.Rate(response.Format)}ms is already shorter than {truncate.AudioEndMs}ms.", "audio_end_ms");
                }

                response.Clock.Stop(response.From + samples);
                item.Text = response.HeardBy(samples);
            }

            Send("conversation.item.truncated", new JsonObject { ["item_id"] = item.Id, ["content_index"] = 0, ["audio_end_ms"] = truncate.AudioEndMs });
        }

        // At once, before an interruption on its way is judged by the clock.
        Tick();
        return null;
    }

    private async Task<RealtimeError?> RespondAsync(ClientEvent.CreateResponse respond, CancellationToken cancellation)
    {
        string text;
        bool first;
        lock (gate)
        {
            if (IsResponding)
            {
                return new RealtimeError("conversation_already_has_active_response", $"Conversation already has an active response in progress: {active?.Id ?? "it is about to begin"}. Wait until the response is finished before creating a new one.");
            }

            if (suspended is { } waiting)
            {
                GoOn(waiting, respond.Metadata);
                return null;
            }

            text = string.Join('\n', unanswered.Select(item => item.Text));
            first = session is null;
            if (text.Length == 0 && !first)
            {
                return RealtimeError.NotOffered("A response with nothing new to answer", "type");
            }

            foreach (var item in unanswered)
            {
                item.Taken = true;
            }

            unanswered.Clear();
            typed.Enqueue((text, respond.Metadata));
        }

        // The first response to nothing at all is what the platform says to open a call.
        var error = await OpenAsync(greet: text.Length == 0, cancellation).ConfigureAwait(false)
            ?? (text.Length > 0 && session!.Type(text) is { } fault ? From(fault) : null);
        if (error is not null)
        {
            lock (gate)
            {
                typed.Clear();
            }
        }

        return error;
    }

    private RealtimeError? CancelResponse(ClientEvent.CancelResponse cancel)
    {
        lock (gate)
        {
            if (active is not { } response || (cancel.ResponseId is { } id && id != response.Id))
            {
                return new RealtimeError("response_cancel_not_active", "Cancellation failed: no active response found.");
            }

            outbox.Drop(response);
            response.Clock.Stop(response.Clock.Position(Now));
            response.Item.Text = response.HeardBy(response.Clock.Position(Now) - response.From);
            Finish(response, "cancelled", "client_cancelled");
        }

        // Heard so far, and no more of it.
        Tick();
        return session?.Stop() is { } fault ? From(fault) : null;
    }

    private void Announce(Item item) =>
        Send("conversation.item.added", new JsonObject { ["previous_item_id"] = items.Add(item), ["item"] = item.ToJson(bare: true) });
}
