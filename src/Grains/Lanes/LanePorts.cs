using System.Collections.Concurrent;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Recognition;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Lanes.Speaker;
using Conversation.Grains.Lanes.Synthesis;
using Conversation.Grains.Lanes.VoiceActivity;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Grains.Lanes;

/// <summary>The ports as sessions on this silo use them: each finds a lane for every request, here or on another silo.</summary>
internal sealed class LanePorts(LaneRouter router, ILogger<RoutedVoiceActivity> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, RoutedSynthesizer> synthesizers = new();
    private readonly RoutedVoiceActivity voiceActivity = new(router, logger);

    public IRecognizer Recognizer { get; } = new RoutedRecognizer(router);

    /// <summary>Whose voice it is; <see cref="HasSpeaker"/> says whether any silo can tell.</summary>
    public ISpeakerEmbedder Speaker { get; } = new RoutedSpeakerEmbedder(router);

    /// <summary>Whether some silo has a speaker lane, at present.</summary>
    public bool HasSpeaker => router.Known(LaneRole.Speaker).Any();

    public IVoiceActivity VoiceActivity => voiceActivity;

    /// <summary>Tiers of synthesis that some silo has, at present.</summary>
    public IReadOnlyList<string> Tiers => [.. router.Known(LaneRole.Synthesis).Select(card => card.Tier).Distinct()];

    /// <summary>Roles that no silo has a lane for, at present: none may open a session until there are none.</summary>
    public IReadOnlyList<LaneRole> Missing => [.. new[] { LaneRole.Recognition, LaneRole.Synthesis, LaneRole.VoiceActivity }.Where(role => !router.Known(role).Any())];

    /// <summary>Synthesis of a tier, "fast" or "expressive".</summary>
    public ISynthesizer Synthesizer(string tier) => synthesizers.GetOrAdd(tier, name => new RoutedSynthesizer(router, name));

    public void Dispose() => voiceActivity.Dispose();
}
