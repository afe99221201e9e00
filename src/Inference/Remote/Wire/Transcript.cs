using System.Text.Json;

namespace Conversation.Inference.Remote.Wire;

/// <summary>What a transcription says: the words, and how sure it is (0 to 1) where it tells.</summary>
internal sealed record Transcript(string Text, float? Confidence)
{
    /// <summary>Reads the JSON of <c>json</c> and <c>verbose_json</c>; the second value says what is wrong with it.</summary>
    public static (Transcript? Read, string? Fault) Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
            using var json = JsonDocument.ParseValue(ref reader);
            var root = json.RootElement;
            if (ErrorText.IsError(root))
            {
                return (null, $"an error under 200: {ErrorText.Read(body)}");
            }

            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                ? (new Transcript((text.GetString() ?? "").Trim(), ConfidenceOf(root)), null)
                : (null, "JSON without 'text'");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (null, "no JSON");
        }
    }

    /// <summary>Of the token's log probabilities where they are (<c>logprobs</c>), else of the segments' means, weighed by their length, less what the model takes for silence.</summary>
    internal static float? ConfidenceOf(JsonElement root)
    {
        if (root.TryGetProperty("logprobs", out var tokens) && tokens.ValueKind == JsonValueKind.Array && tokens.GetArrayLength() > 0)
        {
            var (sum, count) = (0.0, 0);
            foreach (var token in tokens.EnumerateArray())
            {
                if (Number(token, "logprob") is { } logprob)
                {
                    (sum, count) = (sum + logprob, count + 1);
                }
            }

            return count == 0 ? null : Clamp(Math.Exp(sum / count));
        }

        if (!root.TryGetProperty("segments", out var segments) || segments.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var (mean, weight, silence) = (0.0, 0.0, 0.0);
        foreach (var segment in segments.EnumerateArray())
        {
            if (Number(segment, "avg_logprob") is { } logprob)
            {
                var length = Math.Max(0.01, (Number(segment, "end") ?? 0) - (Number(segment, "start") ?? 0));
                mean += logprob * length;
                silence += (Number(segment, "no_speech_prob") ?? 0) * length;
                weight += length;
            }
        }

        return weight <= 0 ? null : Clamp(Math.Exp(mean / weight) * (1 - Math.Clamp(silence / weight, 0, 1)));
    }

    private static double? Number(JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private static float? Clamp(double confidence) => double.IsFinite(confidence) ? (float)Math.Clamp(confidence, 0, 1) : null;
}
