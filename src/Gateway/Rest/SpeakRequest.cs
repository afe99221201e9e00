using System.Text.Json.Serialization;

namespace Conversation.Gateway.Rest;

/// <summary>Body of <c>POST /api/speak</c>.</summary>
internal sealed record SpeakRequest
{
    /// <summary>What to say.</summary>
    public string? Text { get; init; }

    /// <summary>"fast" or "expressive"; the server's default where missing.</summary>
    public string? Tier { get; init; }

    /// <summary>A voice of the tier; see /api/catalog.</summary>
    public string? Voice { get; init; }

    /// <summary>Pace, 0.5 to 2.</summary>
    public float? Speed { get; init; }

    /// <summary>Rate of the WAV in hertz: 8000, 16000, 24000 or 48000; default 24000.</summary>
    public int? Rate { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(SpeakRequest))]
internal sealed partial class SpeakJson : JsonSerializerContext;
