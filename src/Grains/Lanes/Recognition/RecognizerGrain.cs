using System.Runtime.InteropServices;
using Conversation.Grains.Placement;
using Conversation.Inference.Ports;
using Orleans.Concurrency;

namespace Conversation.Grains.Lanes.Recognition;

/// <summary>One recognition, on its way to another silo. Samples are 32-bit floats, little-endian.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.RecognitionAsk")]
internal sealed record RecognitionAsk([property: Id(0)] string Session, [property: Id(1)] RecognitionTier Tier, [property: Id(2)] byte[] Samples);

/// <summary>What was heard: <see cref="Inference.Ports.Recognition"/>.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.Heard")]
internal sealed record Heard([property: Id(0)] string Text, [property: Id(1)] float Confidence, [property: Id(2)] TimeSpan Queued, [property: Id(3)] TimeSpan Computed, [property: Id(4)] string Model);

/// <summary>A recognition lane of the silo that the key names.</summary>
[Alias("conversation.IRecognizerGrain")]
internal interface IRecognizerGrain : IGrainWithStringKey
{
    /// <summary>Recognises.</summary>
    [Alias("Recognize")]
    Task<LaneAnswer<Heard>> RecognizeAsync(RecognitionAsk ask, CancellationToken cancellation);
}

/// <summary>Wraps an <see cref="IRecognizer"/> of this silo.</summary>
[GrainType("conversation.recognizer")]
[PlaceOnNamedSilo, Reentrant]
internal sealed class RecognizerGrain(LaneGrainServices services) : LaneGrain<IRecognizer>(services), IRecognizerGrain
{
    public Task<LaneAnswer<Heard>> RecognizeAsync(RecognitionAsk ask, CancellationToken cancellation) => AskAsync(
        async recognizer =>
        {
            var samples = MemoryMarshal.Cast<byte, float>(ask.Samples).ToArray();
            var heard = await recognizer.RecognizeAsync(samples, new RecognitionRequest(ask.Session, ask.Tier), cancellation);
            return new Heard(heard.Text, heard.Confidence, heard.Queued, heard.Computed, heard.Model);
        },
        cancellation);
}
