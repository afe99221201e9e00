using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>Items that the client adds, takes away, cuts and looks at.</content>
internal sealed partial class RealtimeTalk
{
    // Typed, and not answered yet.
    private readonly List<Item> unanswered = [];

    private async Task<RealtimeError?> CreateAsync(ClientEvent.CreateItem create, CancellationToken cancellation)
    {
        if (Check(create) is { } error)
        {
            return error;
        }

        if (create.Item is NewItem.Spoken && await OpenAsync(greet: false, cancellation).ConfigureAwait(false) is { } refused)
        {
            return refused;
        }

        return create.Item switch
        {
            NewItem.FunctionOutput result => Create(result, create.PreviousItemId),
            NewItem.Spoken spoken => Create(spoken, create.PreviousItemId),
            _ => Create((NewItem.Message)create.Item, create.PreviousItemId),
        } ?? Remind();
    }

    private RealtimeError? Create(NewItem.Message said, string? previous)
    {
        lock (gate)
        {
            var item = new Item(said.Id ?? Ids.New("item"), "message", said.Role) { Text = said.Text };
            Place(item, previous);
            if (said.Role == "user" && items.LastId == item.Id)
            {
                item.Taken = false;
                unanswered.Add(item);
            }
            else
            {
                Edit();
            }
        }

        return null;
    }

    private RealtimeError? Create(NewItem.Spoken spoken, string? previous)
    {
        Item item;
        ISession live;
        lock (gate)
        {
            if (session is null)
            {
                return Reopening;
            }

            item = new Item(spoken.Id ?? Ids.New("item"), "message", "user") { IsAudio = true, Awaited = true, Text = spoken.Text, AudioMs = Ms(spoken.Audio) };
            live = session;
            Place(item, previous);
            if (items.LastId == item.Id)
            {
                item.Taken = false;
                unanswered.Add(item);
            }
            else
            {
                Edit();
            }

            listening[item.Id] = item;
        }

        return Listen(item, spoken.Audio, live);
    }

    private RealtimeError? Create(NewItem.FunctionOutput result, string? previous)
    {
        Item item;
        ISession? live;
        lock (gate)
        {
            item = new Item(result.Id ?? Ids.New("item"), "function_call_output", null) { CallId = result.CallId, Text = result.Output };
            Place(item, previous);
            if (suspended?.Calls.Exists(call => call.CallId == result.CallId) == true)
            {
                // What it leads to waits for response.create.
                results.Add((result.CallId, result.Output));
                return null;
            }

            live = session;
        }

        if (live?.GiveResult(result.CallId, result.Output) is { Code: "call_unknown" })
        {
            lock (gate)
            {
                Remember(item);
            }
        }

        return null;
    }

    /// <summary>A function's result that nobody waits for, for the caller has gone on: it is remembered all the same.</summary>
    private void Remember(Item result)
    {
        result.IsLate = true;
        Edit();
    }

    private double Ms(byte[] audio) => audio.Length * 1_000.0 / WireAudio.Rate(shape.InputFormat) / (shape.InputFormat == AudioFormat.Pcm ? 2 : 1);

    private void Place(Item item, string? after)
    {
        Announce(item, after);
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

            if (create.PreviousItemId is { } previous && previous != "root" && items.Find(previous) is null)
            {
                return new RealtimeError("item_not_found", $"There is no item '{ClientEventParser.Clip(previous)}'.", "previous_item_id");
            }

            switch (create.Item)
            {
                case NewItem.FunctionOutput result when session is null || !items.All.Any(item => item.CallId == result.CallId && item.Function is not null):
                    return new RealtimeError("call_not_found", $"There is no function call '{ClientEventParser.Clip(result.CallId)}'.", "item.call_id");
                case NewItem.Spoken spoken when Ms(spoken.Audio) > MostSeconds * 1_000:
                    return RealtimeError.Invalid("item.content.audio", $"at most {MostSeconds} s");
                case NewItem.Spoken when apart.Count + listening.Count >= MostAsides:
                    return new RealtimeError("busy", $"At most {MostAsides} things are done beside the conversation at once.");
                case NewItem.Message said when unanswered.Sum(item => item.Text.Length + 1) + said.Text.Length > options.MaxTextLength:
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

            if (item.Status == "in_progress")
            {
                return new RealtimeError("invalid_value", "The item is still being said. Cancel its response first.", "item_id");
            }

            items.Remove(item);
            if (!unanswered.Remove(item))
            {
                Edit();
            }

            Send("conversation.item.deleted", new JsonObject { ["item_id"] = id });
        }

        return Remind();
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

            if (item.Said is not { Speaks: true } response)
            {
                return RealtimeError.Invalid("item_id", "an item of audio that this server said");
            }

            var rate = WireAudio.Rate(response.Format);
            var samples = truncate.AudioEndMs * rate / 1_000;
            var sent = response.Until - response.From;
            if (samples > sent)
            {
                return new RealtimeError("invalid_value", $"Audio content of {sent * 1_000 / rate}ms is already shorter than {truncate.AudioEndMs}ms.", "audio_end_ms");
            }

            if (playing == response)
            {
                response.Clock.Stop(response.From + samples);
            }

            item.AudioMs = Math.Min(item.AudioMs, truncate.AudioEndMs);
            response.CutTo = response.HeardBy(samples);
            Cut(item, response.CutTo, known: playing == response);
            Send("conversation.item.truncated", new JsonObject { ["item_id"] = item.Id, ["content_index"] = 0, ["audio_end_ms"] = truncate.AudioEndMs });
        }

        // At once, before an interruption on its way is judged by the clock.
        Tick();
        return Remind();
    }

    /// <summary>The listener's word counts, also where the session had reckoned otherwise by then.</summary>
    private void Cut(Item item, string heard, bool known)
    {
        var shorter = heard.Length < item.Text.Length;
        item.Text = shorter ? heard : item.Text;
        if (shorter && !known)
        {
            item.Status = "incomplete";
            Edit();
        }
    }

    private void Announce(Item item, string? after = null) =>
        Send("conversation.item.added", new JsonObject { ["previous_item_id"] = items.Add(item, after), ["item"] = item.ToJson(bare: true) });
}
