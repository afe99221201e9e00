using System.Text;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>One reply of the session as a response of the dialect: one assistant's message, of audio or of text.</summary>
internal sealed class Response(string id, string conversation, int generation, int turn, AudioFormat format, bool speaks, JsonObject? metadata)
{
    private readonly StringBuilder transcript = new();

    public string Id => id;

    public int Generation => generation;

    public int Turn => turn;

    public AudioFormat Format => format;

    /// <summary>Whether it is told as audio with its transcript, or as text alone.</summary>
    public bool Speaks => speaks;

    public Item Item { get; } = new(Ids.New("item"), "message", "assistant") { IsAudio = speaks, Status = "in_progress" };

    /// <summary>What is heard of the reply, by the clock.</summary>
    public PlaybackClock Clock { get; private init; } = new(WireAudio.Rate(format));

    /// <summary>Samples of the reply that an earlier response told: a reply that called a function goes on in another one.</summary>
    public long From { get; private init; }

    /// <summary>True once its message was announced: not before there are words, for it may be a function call and nothing else.</summary>
    public bool Begun { get; set; }

    /// <summary>The function calls it made.</summary>
    public List<Item> Calls { get; } = [];

    /// <summary>The response in which the same reply goes on.</summary>
    public Response Next(JsonObject? about) => new(Ids.New("resp"), conversation, generation, turn, format, speaks, about) { Clock = Clock, From = Clock.Sent, Voice = Voice };

    /// <summary>The words and where they sound.</summary>
    public List<WordTiming> Words { get; } = [];

    /// <summary>True once <c>response.done</c> was told.</summary>
    public bool Done { get; set; }

    public string Transcript => transcript.ToString();

    /// <summary>Voice and format, for the response object.</summary>
    public string? Voice { get; init; }

    /// <summary>Adds a clause; gives what is to be told of it.</summary>
    public string Say(string clause)
    {
        var delta = transcript.Length > 0 && clause.Length > 0 && !char.IsWhiteSpace(transcript[^1]) && !char.IsWhiteSpace(clause[0]) ? " " + clause : clause;
        transcript.Append(delta);
        return delta;
    }

    /// <summary>The words that end by <paramref name="samples"/> of its own audio.</summary>
    public string HeardBy(long samples) => string.Join(' ', Words.Where(word => word.End <= From + samples).Select(word => word.Text.Trim()));

    /// <summary>The place of one of its events: response, item, indices.</summary>
    public JsonObject Place() => new() { ["response_id"] = id, ["item_id"] = Item.Id, ["output_index"] = 0, ["content_index"] = 0 };

    public JsonObject ToJson(string status, string? reason = null, string? type = null)
    {
        var ended = status != "in_progress";
        return new JsonObject
        {
            ["object"] = "realtime.response",
            ["id"] = id,
            ["status"] = status,
            ["status_details"] = reason is null ? null : new JsonObject { ["type"] = type ?? status, ["reason"] = reason },
            ["output"] = ended ? Output() : new JsonArray(),
            ["conversation_id"] = conversation,
            ["output_modalities"] = new JsonArray(speaks ? "audio" : "text"),
            ["max_output_tokens"] = "inf",
            ["audio"] = new JsonObject { ["output"] = new JsonObject { ["format"] = SessionShape.Format(format), ["voice"] = Voice } },
            ["metadata"] = metadata?.DeepClone(),
            // Nothing here is counted in tokens; clients ask that the fields be there.
            ["usage"] = ended ? Usage() : null,
        };
    }

    private JsonArray Output() => [.. (Begun ? [Item] : Array.Empty<Item>()).Concat(Calls).Select(item => (JsonNode)item.ToJson())];

    private static JsonObject Usage() => new()
    {
        ["total_tokens"] = 0,
        ["input_tokens"] = 0,
        ["output_tokens"] = 0,
        ["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = 0, ["image_tokens"] = 0, ["cached_tokens"] = 0, ["cached_tokens_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = 0, ["image_tokens"] = 0 } },
        ["output_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = 0 },
    };
}

/// <summary>Identifiers in the dialect's way.</summary>
internal static class Ids
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string New(string kind) => kind + "_" + System.Security.Cryptography.RandomNumberGenerator.GetString(Letters, 21);
}
