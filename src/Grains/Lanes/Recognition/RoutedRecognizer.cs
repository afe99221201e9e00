using System.Runtime.InteropServices;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.Recognition;

/// <summary>Recognition wherever there is a lane for it.</summary>
internal sealed class RoutedRecognizer(LaneRouter router) : IRecognizer
{
    public Task<Inference.Ports.Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation) =>
        router.CallAsync(
            LaneRole.Recognition,
            "",
            request.Session,
            (IRecognizer lane, CancellationToken stop) => lane.RecognizeAsync(samples, request, stop),
            async (grains, key, stop) =>
            {
                var ask = new RecognitionAsk(request.Session, request.Tier, MemoryMarshal.AsBytes(samples.Span).ToArray());
                var answer = await grains.GetGrain<IRecognizerGrain>(key).RecognizeAsync(ask, stop).ConfigureAwait(false);
                return answer.Result is { } heard
                    ? new Inference.Ports.Recognition(heard.Text, heard.Confidence, heard.Queued, heard.Computed, heard.Model)
                    : throw answer.ToException(key);
            },
            cancellation);
}
