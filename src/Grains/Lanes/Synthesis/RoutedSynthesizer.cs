using System.Runtime.InteropServices;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.Synthesis;

/// <summary>Synthesis of one tier wherever there is a lane for it. Engine and voices are those of the first lane that is known: empty as long as none is.</summary>
internal sealed class RoutedSynthesizer(LaneRouter router, string tier) : ISynthesizer
{
    private Tier? known;

    public string Engine => Known?.Engine ?? "";

    public IReadOnlyList<Voice> Voices => Known?.Voices ?? [];

    // A tier's voices are the same on every silo: once known they stay known, even while no lane is there.
    private Tier? Known => known ??= router.Known(LaneRole.Synthesis, tier).Select(card => new Tier(card.Engine, [.. card.Voices.Select(voice => voice.ToVoice())])).FirstOrDefault();

    public Task<Inference.Ports.Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation) =>
        router.CallAsync(
            LaneRole.Synthesis,
            tier,
            request.Session,
            (ISynthesizer lane, CancellationToken stop) => lane.SynthesizeAsync(request, stop),
            async (grains, key, stop) =>
            {
                var ask = new SynthesisAsk(request.Session, request.Phonemes, request.Voice, request.Speed);
                var answer = await grains.GetGrain<ISynthesizerGrain>(key).SynthesizeAsync(ask, stop).ConfigureAwait(false);
                return answer.Result is { } spoken
                    ? new Inference.Ports.Synthesis(MemoryMarshal.Cast<byte, float>(spoken.Samples).ToArray(), spoken.SampleRate, spoken.PhonemeEnds, spoken.Queued, spoken.Computed)
                    : throw answer.ToException(key);
            },
            cancellation);

    private sealed record Tier(string Engine, Voice[] Voices);
}
