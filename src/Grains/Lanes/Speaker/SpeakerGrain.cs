using System.Runtime.InteropServices;
using Conversation.Grains.Placement;
using Conversation.Inference.Ports;
using Orleans.Concurrency;

namespace Conversation.Grains.Lanes.Speaker;

/// <summary>A voice to be told, on its way to another silo. Samples are 32-bit floats, little-endian.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.SpeakerAsk")]
internal sealed record SpeakerAsk([property: Id(0)] string Session, [property: Id(1)] byte[] Samples);

/// <summary>The voice's vector; null where there was too little speech.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.SpeakerVector")]
internal sealed record SpeakerVector([property: Id(0)] byte[]? Vector);

/// <summary>A speaker lane of the silo that the key names.</summary>
[Alias("conversation.ISpeakerGrain")]
internal interface ISpeakerGrain : IGrainWithStringKey
{
    /// <summary>Tells a voice.</summary>
    [Alias("Embed")]
    Task<LaneAnswer<SpeakerVector>> EmbedAsync(SpeakerAsk ask, CancellationToken cancellation);
}

/// <summary>Wraps an <see cref="ISpeakerEmbedder"/> of this silo.</summary>
[GrainType("conversation.speaker")]
[PlaceOnNamedSilo, Reentrant]
internal sealed class SpeakerGrain(LaneGrainServices services) : LaneGrain<ISpeakerEmbedder>(services), ISpeakerGrain
{
    public Task<LaneAnswer<SpeakerVector>> EmbedAsync(SpeakerAsk ask, CancellationToken cancellation) => AskAsync(
        async embedder =>
        {
            var vector = await embedder.EmbedAsync(MemoryMarshal.Cast<byte, float>(ask.Samples).ToArray(), ask.Session, cancellation);
            return new SpeakerVector(vector is null ? null : MemoryMarshal.AsBytes(vector.AsSpan()).ToArray());
        },
        cancellation);
}
