using System.Text.Json;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>Checks <c>session.audio</c>.</summary>
internal static class AudioPatch
{
    public static RealtimeError? Check(JsonElement audio)
    {
        foreach (var side in audio.EnumerateObject())
        {
            var path = $"session.audio.{ClientEventParser.Clip(side.Name)}";
            if (side.Name is not ("input" or "output") || side.Value.ValueKind != JsonValueKind.Object)
            {
                return new RealtimeError("unknown_parameter", $"Unknown parameter: '{path}'.", path);
            }

            foreach (var field in side.Value.EnumerateObject())
            {
                var at = $"{path}.{ClientEventParser.Clip(field.Name)}";
                if ((side.Name == "input" ? Input(field.Name, field.Value, at) : Output(field.Name, field.Value, at)) is { } error)
                {
                    return error;
                }
            }
        }

        return null;
    }

    private static RealtimeError? Input(string name, JsonElement value, string at) => (name, value.ValueKind) switch
    {
        ("format", _) => WireAudio.ReadFormat(value) is null ? Format(at) : null,
        // Which recogniser hears is the host's affair, and so is its noise: taken, without effect but for whether transcripts are told.
        ("transcription" or "noise_reduction", JsonValueKind.Null or JsonValueKind.Object) => null,
        ("turn_detection", JsonValueKind.Null) => null,
        ("turn_detection", JsonValueKind.Object) => Turns(value, at),
        _ => new RealtimeError("unknown_parameter", $"Unknown parameter, or a value of the wrong type: '{at}'.", at),
    };

    private static RealtimeError? Output(string name, JsonElement value, string at) => (name, value.ValueKind) switch
    {
        ("format", _) => WireAudio.ReadFormat(value) is null ? Format(at) : null,
        ("voice", JsonValueKind.String) => null,
        ("voice", JsonValueKind.Object) => ClientEventParser.Text(value, "id") is null ? RealtimeError.Missing(at + ".id") : null,
        ("speed", JsonValueKind.Number) => value.TryGetDouble(out var speed) && speed is >= 0.5 and <= 1.5 ? null : RealtimeError.Invalid(at, "0.5 to 1.5"),
        _ => new RealtimeError("unknown_parameter", $"Unknown parameter, or a value of the wrong type: '{at}'.", at),
    };

    private static RealtimeError Format(string at) => RealtimeError.Invalid(at, "{type: 'audio/pcm', rate: 24000}, {type: 'audio/pcmu'} or {type: 'audio/pcma'}");

    private static RealtimeError? Turns(JsonElement value, string at)
    {
        if (ClientEventParser.Text(value, "type") is not ("server_vad" or "semantic_vad"))
        {
            return RealtimeError.Invalid(at + ".type", "'server_vad' or 'semantic_vad'");
        }

        foreach (var field in value.EnumerateObject())
        {
            var path = $"{at}.{ClientEventParser.Clip(field.Name)}";
            var error = (field.Name, field.Value.ValueKind) switch
            {
                ("create_response" or "interrupt_response", JsonValueKind.False or JsonValueKind.True) => null,
                ("idle_timeout_ms", JsonValueKind.Number) => ClientEventParser.Text(value, "type") != "server_vad" ? RealtimeError.Invalid(path, "null but with server_vad")
                    : field.Value.TryGetInt32(out var idle) && idle is >= 5_000 and <= 30_000 ? null : RealtimeError.Invalid(path, "5000 to 30000"),
                ("threshold", JsonValueKind.Number) => field.Value.TryGetDouble(out var p) && p is >= 0 and <= 1 ? null : RealtimeError.Invalid(path, "0 to 1"),
                ("prefix_padding_ms" or "silence_duration_ms", JsonValueKind.Number) => field.Value.TryGetInt32(out var ms) && ms >= 0 ? null : RealtimeError.Invalid(path, "a whole number from 0"),
                ("eagerness", JsonValueKind.String) => field.Value.GetString() is "low" or "medium" or "high" or "auto" ? null : RealtimeError.Invalid(path, "low, medium, high or auto"),
                ("type", JsonValueKind.String) or (_, JsonValueKind.Null) => null,
                _ => new RealtimeError("unknown_parameter", $"Unknown parameter, or a value of the wrong type: '{path}'.", path),
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }
}
