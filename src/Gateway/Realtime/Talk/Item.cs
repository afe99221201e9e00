using System.Text.Json.Nodes;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>An item of the conversation as its client knows it.</summary>
internal sealed class Item(string id, string type, string? role)
{
    public string Id => id;

    public string? Role => role;

    /// <summary>Typed, heard or said; a function's result. What was cut of a reply is gone from it.</summary>
    public string Text { get; set; } = "";

    /// <summary>Spoken and not typed.</summary>
    public bool IsAudio { get; init; }

    /// <summary>The session's turn that it belongs to; null for what only the client told.</summary>
    public int? Turn { get; set; }

    /// <summary>How long its audio is, in milliseconds.</summary>
    public double AudioMs { get; set; }

    /// <summary>The response that said it.</summary>
    public Response? Said { get; set; }

    /// <summary>A function's result that nobody waited for any more.</summary>
    public bool IsLate { get; set; }

    /// <summary>Its words are still being recognised.</summary>
    public bool Awaited { get; set; }

    /// <summary>"in_progress", "completed" or "incomplete".</summary>
    public string Status { get; set; } = "completed";

    /// <summary>The function call it is, or the one it answers.</summary>
    public string? CallId { get; init; }

    /// <summary>The function called.</summary>
    public string? Function { get; init; }

    /// <summary>True once the dialog has it: from then on it cannot be taken back.</summary>
    public bool Taken { get; set; } = true;

    /// <summary>As the client sees it; <paramref name="bare"/>: without what it holds, as when it is announced.</summary>
    public JsonObject ToJson(bool bare = false)
    {
        var json = new JsonObject { ["id"] = id, ["object"] = "realtime.item", ["type"] = type, ["status"] = Status };
        switch (type)
        {
            case "function_call":
                json["call_id"] = CallId;
                json["name"] = Function;
                json["arguments"] = bare ? "" : Text;
                break;
            case "function_call_output":
                json["call_id"] = CallId;
                json["output"] = Text;
                break;
            default:
                json["role"] = role;
                json["content"] = bare && role == "assistant" ? new JsonArray() : new JsonArray(Part(bare));
                break;
        }

        return json;
    }

    private JsonObject Part(bool bare) => (role, IsAudio) switch
    {
        ("assistant", true) => new JsonObject { ["type"] = "output_audio", ["transcript"] = Text },
        ("assistant", false) => new JsonObject { ["type"] = "output_text", ["text"] = Text },
        (_, true) => new JsonObject { ["type"] = "input_audio", ["transcript"] = bare || Awaited ? null : Text },
        _ => new JsonObject { ["type"] = "input_text", ["text"] = Text },
    };
}

/// <summary>The items in order; the oldest go when there are too many.</summary>
internal sealed class ItemLog
{
    private const int Most = 1_000;
    private readonly List<Item> items = [];

    public string? LastId => items.Count == 0 ? null : items[^1].Id;

    public IEnumerable<Item> All => items;

    public Item? Find(string id) => items.Find(item => item.Id == id);

    /// <summary>Adds an item at the end, or behind <paramref name="after"/> ("root": before all); gives the id of the one before it.</summary>
    public string? Add(Item item, string? after = null)
    {
        var previous = LastId;
        if (items.Count == Most)
        {
            items.RemoveAt(0);
        }

        if (after is null || after == previous)
        {
            items.Add(item);
            return previous;
        }

        items.Insert(after == "root" ? 0 : items.FindIndex(known => known.Id == after) + 1, item);
        return Before(item);
    }

    /// <summary>The id of the item before this one.</summary>
    public string? Before(Item item) => items.IndexOf(item) is > 0 and var at ? items[at - 1].Id : null;

    public void Remove(Item item) => items.Remove(item);
}
