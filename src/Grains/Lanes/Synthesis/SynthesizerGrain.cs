using System.Runtime.InteropServices;
using Conversation.Grains.Placement;
using Conversation.Inference.Ports;
using Orleans.Concurrency;

namespace Conversation.Grains.Lanes.Synthesis;

/// <summary>One clause, on its way to another silo.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.SynthesisAsk")]
internal sealed record SynthesisAsk([property: Id(0)] string Session, [property: Id(1)] string Phonemes, [property: Id(2)] string Voice, [property: Id(3)] float Speed);

/// <summary>What was spoken: <see cref="Inference.Ports.Synthesis"/>. Samples are 32-bit floats, little-endian.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.Spoken")]
internal sealed record Spoken([property: Id(0)] byte[] Samples, [property: Id(1)] int SampleRate, [property: Id(2)] int[]? PhonemeEnds, [property: Id(3)] TimeSpan Queued, [property: Id(4)] TimeSpan Computed);

/// <summary>A synthesis lane of the silo that the key names.</summary>
[Alias("conversation.ISynthesizerGrain")]
internal interface ISynthesizerGrain : IGrainWithStringKey
{
    /// <summary>Speaks one clause.</summary>
    [Alias("Synthesize")]
    Task<LaneAnswer<Spoken>> SynthesizeAsync(SynthesisAsk ask, CancellationToken cancellation);
}

/// <summary>Wraps an <see cref="ISynthesizer"/> of this silo.</summary>
[GrainType("conversation.synthesizer")]
[PlaceOnNamedSilo, Reentrant]
internal sealed class SynthesizerGrain(LaneGrainServices services) : LaneGrain<ISynthesizer>(services), ISynthesizerGrain
{
    public Task<LaneAnswer<Spoken>> SynthesizeAsync(SynthesisAsk ask, CancellationToken cancellation) => AskAsync(
        async synthesizer =>
        {
            var spoken = await synthesizer.SynthesizeAsync(new SynthesisRequest(ask.Session, ask.Phonemes, ask.Voice, ask.Speed), cancellation);
            return new Spoken(MemoryMarshal.AsBytes(spoken.Samples.AsSpan()).ToArray(), spoken.SampleRate, spoken.PhonemeEnds, spoken.Queued, spoken.Computed);
        },
        cancellation);
}
