using System.Text;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>One reply of the session as a response of the dialect: one assistant's message, of audio or of text.</summary>
internal sealed class Response(string id, string conversation, int generation, int turn, AudioFormat format, bool speaks, JsonObject? metadata)
{
    private readonly StringBuilder transcript = new();
    private long doneAt;

    public string Id => id;

    public int Generation => generation;

    public int Turn => turn;

    public AudioFormat Format => format;

    /// <summary>Whether it is told as audio with its transcript, or as text alone.</summary>
    public bool Speaks => speaks;

    public Item Item { get; } = new(Ids.New("item"), "message", "assistant") { IsAudio = speaks, Status = "in_progress", Turn = turn < 0 ? null : turn };

    /// <summary>What is heard of the reply, by the clock.</summary>
    public PlaybackClock Clock { get; private init; } = new(WireAudio.Rate(format));

    /// <summary>Samples of the reply that an earlier response told: a reply that called a function goes on in another one.</summary>
    public long From { get; private init; }

    /// <summary>Samples of the reply when it was over.</summary>
    public long Until => Done ? doneAt : Clock.Sent;

    /// <summary>Where the client cut its words; null where it did not.</summary>
    public string? CutTo { get; set; }

    /// <summary>True once its message was announced: not before there are words, for it may be a function call and nothing else.</summary>
    public bool Begun { get; set; }

    /// <summary>The function calls it made.</summary>
    public List<Item> Calls { get; } = [];

    /// <summary>The response in which the same reply goes on.</summary>
    public Response Next(JsonObject? about, bool? speech, int? limit, Tokens input) =>
        new(Ids.New("resp"), conversation, generation, turn, format, speech ?? speaks, about) { Clock = Clock, From = Clock.Sent, Voice = Voice, Limit = limit, Input = input };

    /// <summary>The words and where they sound.</summary>
    public List<WordTiming> Words { get; } = [];

    /// <summary>The tokens it may have; null for any number.</summary>
    public int? Limit { get; init; }

    /// <summary>It is no part of the conversation.</summary>
    public bool Apart { get; init; }

    /// <summary>What the conversation holds at its beginning, in tokens.</summary>
    public Tokens Input { get; init; }

    /// <summary>True once the end of its message was told.</summary>
    public bool MessageDone { get; set; }

    /// <summary>True once <c>response.done</c> was told.</summary>
    public bool Done { get; private set; }

    /// <summary>It is over, with what was sent of it by now.</summary>
    public void Close()
    {
        doneAt = Clock.Sent;
        Done = true;
        Item.AudioMs = (doneAt - From) * 1_000.0 / WireAudio.Rate(format);
    }

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

    /// <summary>What it has cost when so many samples of its own are out.</summary>
    public Tokens Spent(long samples) => speaks
        ? new(Tokens.OfText(HeardBy(samples)) + Calls.Sum(call => Tokens.OfText(call.Text)), Tokens.OfSpeech(samples * 1_000.0 / WireAudio.Rate(format)))
        : new(Tokens.OfText(Transcript) + Calls.Sum(call => Tokens.OfText(call.Text)), 0);

    /// <summary>The words that end by <paramref name="samples"/> of its own audio.</summary>
    public string HeardBy(long samples) => string.Join(' ', Words.Where(word => word.End <= From + samples).Select(word => word.Text.Trim()));

    /// <summary>The place of one of its events: response, item, indices.</summary>
    public JsonObject Place() => new() { ["response_id"] = id, ["item_id"] = Item.Id, ["output_index"] = 0, ["content_index"] = 0 };

    public JsonObject ToJson(string status, string? reason = null)
    {
        var ended = status != "in_progress";
        return new JsonObject
        {
            ["object"] = "realtime.response",
            ["id"] = id,
            ["status"] = status,
            ["status_details"] = Details(status, reason),
            ["output"] = ended ? Output() : new JsonArray(),
            ["conversation_id"] = Apart ? null : conversation,
            ["output_modalities"] = new JsonArray(speaks ? "audio" : "text"),
            ["max_output_tokens"] = Limit is { } limit ? limit : "inf",
            ["audio"] = new JsonObject { ["output"] = new JsonObject { ["format"] = SessionShape.Format(format), ["voice"] = Voice } },
            ["metadata"] = metadata?.DeepClone(),
            ["usage"] = ended ? Usage() : null,
        };
    }

    private static JsonObject? Details(string status, string? reason) => (status, reason) switch
    {
        (_, null) => null,
        ("failed", _) => new JsonObject { ["type"] = status, ["error"] = new JsonObject { ["type"] = "server_error", ["code"] = reason } },
        _ => new JsonObject { ["type"] = status, ["reason"] = reason },
    };

    private JsonArray Output() => [.. (Begun ? [Item] : Array.Empty<Item>()).Concat(Calls).Select(item => (JsonNode)item.ToJson())];

    private JsonObject Usage()
    {
        var output = Spent(Until - From);
        output = speaks ? output with { Text = Tokens.OfText(Transcript) + Calls.Sum(call => Tokens.OfText(call.Text)) } : output;
        return new JsonObject
        {
            ["total_tokens"] = Input.All + output.All,
            ["input_tokens"] = Input.All,
            ["output_tokens"] = output.All,
            ["input_token_details"] = new JsonObject
            {
                ["text_tokens"] = Input.Text,
                ["audio_tokens"] = Input.Audio,
                ["image_tokens"] = 0,
                ["cached_tokens"] = 0,
                ["cached_tokens_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = 0, ["image_tokens"] = 0 },
            },
            ["output_token_details"] = new JsonObject { ["text_tokens"] = output.Text, ["audio_tokens"] = output.Audio },
        };
    }
}

/// <summary>Identifiers in the dialect's way.</summary>
internal static class Ids
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string New(string kind) => kind + "_" + System.Security.Cryptography.RandomNumberGenerator.GetString(Letters, 21);
}
