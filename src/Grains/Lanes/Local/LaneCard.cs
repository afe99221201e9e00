using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.Local;

/// <summary>What a lane is for.</summary>
internal enum LaneRole
{
    /// <summary>Speech to text: <see cref="IRecognizer"/>.</summary>
    Recognition,

    /// <summary>Text to speech of one tier: <see cref="ISynthesizer"/>.</summary>
    Synthesis,

    /// <summary>Speech or not: <see cref="IVoiceActivity"/>.</summary>
    VoiceActivity,

    /// <summary>Whose voice: <see cref="ISpeakerEmbedder"/>.</summary>
    Speaker,
}

/// <summary>A lane as its silo tells the others.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.LaneCard")]
internal sealed record LaneCard
{
    /// <summary>Its name, unique on its silo, such as "cuda:0/recognition".</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    [Id(1)]
    public required LaneRole Role { get; init; }

    /// <summary>"cpu", "cuda:0" ….</summary>
    [Id(2)]
    public required string Device { get; init; }

    /// <summary>False where it failed lately or hangs.</summary>
    [Id(3)]
    public bool Healthy { get; init; } = true;

    /// <summary>True for one that stands in only where a better one fails.</summary>
    [Id(4)]
    public bool Spare { get; init; }

    /// <summary>Synthesis: "fast" or "expressive"; else empty.</summary>
    [Id(5)]
    public string Tier { get; init; } = "";

    /// <summary>Synthesis: the engine's name.</summary>
    [Id(6)]
    public string Engine { get; init; } = "";

    /// <summary>Synthesis: its voices, the default first.</summary>
    [Id(7)]
    public VoiceCard[] Voices { get; init; } = [];

    /// <summary>Speaker: numbers in a vector.</summary>
    [Id(8)]
    public int Dimensions { get; init; }
}

/// <summary>A voice of a lane.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.VoiceCard")]
internal sealed record VoiceCard([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] string Language, [property: Id(3)] string Engine)
{
    public static VoiceCard Of(Voice voice) => new(voice.Id, voice.Name, voice.Language, voice.Engine);

    public Voice ToVoice() => new(Id, Name, Language, Engine);
}
