using System.Text.Json;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>The session object that a client sees and changes, and what of it this platform's sessions understand.</summary>
internal sealed class SessionShape
{
    /// <summary>Voices of the original: a client that knows no other gets the default voice.</summary>
    private static readonly HashSet<string> Foreign = ["alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse"];
    private readonly SessionCatalog catalog;
    private JsonObject fields;

    public SessionShape(SessionCatalog catalog, string model)
    {
        this.catalog = catalog;
        fields = new JsonObject
        {
            ["type"] = "realtime",
            ["object"] = "realtime.session",
            ["id"] = Ids.New("sess"),
            ["model"] = model,
            ["instructions"] = "",
            ["output_modalities"] = new JsonArray("audio"),
            ["audio"] = new JsonObject
            {
                ["input"] = new JsonObject
                {
                    ["format"] = Format(AudioFormat.Pcm),
                    ["transcription"] = null,
                    ["noise_reduction"] = null,
                    ["turn_detection"] = Turns("server_vad"),
                },
                ["output"] = new JsonObject { ["format"] = Format(AudioFormat.Pcm), ["voice"] = catalog.Tiers.SelectMany(tier => tier.Voices).FirstOrDefault()?.Id ?? "", ["speed"] = 1.0 },
            },
            ["tools"] = new JsonArray(),
            ["tool_choice"] = "auto",
            ["max_output_tokens"] = "inf",
            ["tracing"] = null,
            ["truncation"] = "auto",
            ["prompt"] = null,
            ["include"] = null,
            ["expires_at"] = 0,
        };
    }

    /// <summary>Seconds since 1970 at which the session ends.</summary>
    public long ExpiresAt
    {
        init => fields["expires_at"] = value;
    }

    /// <summary>As the client sees it.</summary>
    public JsonObject Json
    {
        get
        {
            var json = (JsonObject)fields.DeepClone();
            if (!Transcription)
            {
                return json;
            }

            return new JsonObject
            {
                ["type"] = "transcription",
                ["object"] = "realtime.transcription_session",
                ["id"] = json["id"]!.DeepClone(),
                ["audio"] = new JsonObject { ["input"] = json["audio"]!["input"]!.DeepClone() },
                ["include"] = null,
                ["expires_at"] = json["expires_at"]!.DeepClone(),
            };
        }
    }

    /// <summary>Whether it only listens.</summary>
    public bool Transcription
    {
        get => (string?)fields["type"] == "transcription";
        init => fields["type"] = value ? "transcription" : "realtime";
    }

    /// <summary>Whether the client ends turns.</summary>
    public bool Manual => fields["audio"]!["input"]!["turn_detection"] is null;

    public string Instructions => (string?)fields["instructions"] ?? "";

    public JsonArray Tools => fields["tools"]!.AsArray();

    public JsonNode? MaxTokens => fields["max_output_tokens"];

    public AudioFormat InputFormat => Read(fields, "input");

    public AudioFormat OutputFormat => Read(fields, "output");

    public bool Speaks => (string?)fields["output_modalities"]![0] == "audio";

    /// <summary>Whether the client asked for transcripts of what the caller says.</summary>
    public bool Transcribes => Transcription || fields["audio"]!["input"]!["transcription"] is not null;

    public string Voice => VoiceOf(fields);

    /// <summary>What this platform's sessions take of it.</summary>
    public SessionSettings Settings
    {
        get
        {
            var voice = Voice;
            var tier = catalog.Tiers.FirstOrDefault(tier => tier.Voices.Any(known => known.Id == voice));
            return new SessionSettings
            {
                Tier = tier?.Id,
                Voice = tier is null ? null : voice,
                Speed = (float?)(double?)fields["audio"]!["output"]!["speed"],
                Responder = (string?)fields["model"] is { } model && catalog.Responders.Contains(model) ? model : null,
                Instructions = (string?)fields["instructions"],
                Tools = ToolsOf(Tools),
                ToolChoice = ChoiceOf(fields["tool_choice"]),
                TurnTaking = Manual ? "manual" : Transcription || Turn("create_response") == false ? "listening" : "automatic",
                Interruptible = Turn("interrupt_response") != false,
                IdleAfterMs = (int?)fields["audio"]!["input"]!["turn_detection"]?["idle_timeout_ms"] ?? 0,
                Endpointing = Endpointing(fields["audio"]!["input"]!["turn_detection"]),
            };
        }
    }

    public static IReadOnlyList<ClientTool> ToolsOf(JsonArray tools) =>
        [.. tools.Select(tool => new ClientTool((string)tool!["name"]!, tool["description"] is JsonValue about ? about.ToString() : "", tool["parameters"]?.ToJsonString() ?? "{}"))];

    public static string ChoiceOf(JsonNode? choice) => choice is JsonObject named ? "function:" + named["name"] : (string?)choice ?? "auto";

    private bool? Turn(string name) => (bool?)fields["audio"]!["input"]!["turn_detection"]?[name];

    /// <summary>Takes a change whole or not at all. <paramref name="begun"/>: audio has flowed, so that its formats are fixed.</summary>
    public RealtimeError? Apply(SessionPatch patch, bool begun)
    {
        var next = (JsonObject)fields.DeepClone();
        Merge(next, patch.Fields);
        if (next["audio"]!["input"]!["turn_detection"] is JsonObject turns)
        {
            next["audio"]!["input"]!["turn_detection"] = Whole(turns);
        }

        if (begun && (string?)next["type"] != (string?)fields["type"])
        {
            return new RealtimeError("invalid_value", "A session's type cannot change once the conversation has begun.", "session.type");
        }

        if (begun && (Read(next, "input") != InputFormat || Read(next, "output") != OutputFormat))
        {
            return new RealtimeError("invalid_value", "The formats of audio cannot change once the conversation has begun.", "session.audio");
        }

        var voice = VoiceOf(next);
        var known = catalog.Tiers.SelectMany(tier => tier.Voices).Select(v => v.Id).ToList();
        if (!known.Contains(voice) && !Foreign.Contains(voice))
        {
            return RealtimeError.Invalid("session.audio.output.voice", $"one of {string.Join(", ", known.Take(12))}");
        }

        fields = next;
        return null;
    }

    public static JsonObject Format(AudioFormat format) =>
        format == AudioFormat.Pcm ? new JsonObject { ["type"] = "audio/pcm", ["rate"] = 24_000 } : new JsonObject { ["type"] = WireAudio.Name(format) };

    private static string VoiceOf(JsonObject of) => of["audio"]!["output"]!["voice"] is var voice && voice is JsonObject named ? (string)named["id"]! : (string?)voice ?? "";

    private static AudioFormat Read(JsonObject of, string side)
    {
        using var format = JsonDocument.Parse(of["audio"]![side]!["format"]!.ToJsonString());
        return WireAudio.ReadFormat(format.RootElement) ?? AudioFormat.Pcm;
    }

    /// <summary>Objects that a client names in part keep the rest; what says which kind it is replaces all of it.</summary>
    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (name is "audio" or "input" or "output" && value is JsonObject part && into[name] is JsonObject present)
            {
                Merge(present, part);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }

    /// <summary>With the defaults told: clients act by them.</summary>
    private static JsonObject Whole(JsonObject turns)
    {
        var whole = Turns((string?)turns["type"] ?? "server_vad");
        foreach (var (name, value) in turns)
        {
            if (value is not null)
            {
                whole[name] = value.DeepClone();
            }
        }

        return whole;
    }

    private static JsonObject Turns(string type) => type == "semantic_vad"
        ? new JsonObject { ["type"] = type, ["eagerness"] = "auto", ["create_response"] = true, ["interrupt_response"] = true }
        : new JsonObject { ["type"] = type, ["threshold"] = 0.5, ["prefix_padding_ms"] = 300, ["silence_duration_ms"] = 500, ["idle_timeout_ms"] = null, ["create_response"] = true, ["interrupt_response"] = true };

    private static string Endpointing(JsonNode? turns) => (string?)turns?["type"] == "semantic_vad"
        ? (string?)turns["eagerness"] switch { "high" => "quick", "low" => "patient", _ => "balanced" }
        : (int?)turns?["silence_duration_ms"] switch { <= 350 => "quick", > 700 => "patient", _ => "balanced" };
}
