using System.Runtime.InteropServices;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.Speaker;

/// <summary>Voices told wherever there is a lane for it.</summary>
internal sealed class RoutedSpeakerEmbedder(LaneRouter router) : ISpeakerEmbedder
{
    private int known;

    /// <summary>Numbers in a vector; 0 as long as no lane is known.</summary>
    public int Dimensions
    {
        get
        {
            if (known == 0)
            {
                known = router.Known(LaneRole.Speaker).Select(card => card.Dimensions).FirstOrDefault();
            }

            return known;
        }
    }

    public async Task<float[]?> EmbedAsync(ReadOnlyMemory<float> samples16k, string session, CancellationToken cancellation)
    {
        // Wrapped, since a null vector is an answer too.
        var answer = await router.CallAsync(
            LaneRole.Speaker,
            "",
            session,
            async (ISpeakerEmbedder lane, CancellationToken stop) => new Told(await lane.EmbedAsync(samples16k, session, stop).ConfigureAwait(false)),
            async (grains, key, stop) =>
            {
                var ask = new SpeakerAsk(session, MemoryMarshal.AsBytes(samples16k.Span).ToArray());
                var answer = await grains.GetGrain<ISpeakerGrain>(key).EmbedAsync(ask, stop).ConfigureAwait(false);
                return answer.Result is { } told
                    ? new Told(told.Vector is null ? null : MemoryMarshal.Cast<byte, float>(told.Vector).ToArray())
                    : throw answer.ToException(key);
            },
            cancellation).ConfigureAwait(false);
        return answer.Vector;
    }

    private sealed record Told(float[]? Vector);
}
