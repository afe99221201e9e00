using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Tests.Lanes.Support;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class LaneMetricsTests
{
    [Fact]
    public async Task CallsMovesAndFailuresAreCounted()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener();
        var asking = lanes.Silos.Get<IMeterFactory>(1);
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Name == LaneRouterMetrics.MeterName && instrument.Meter.Scope == asking)
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => counted.Enqueue(Text(instrument, tags)));
        listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) =>
        {
            Assert.InRange(seconds, 0, 30);
            counted.Enqueue(Text(instrument, tags));
        });
        listener.Start();
        await AskAsync();
        lanes.Recognizers[1].Behaviour = Behaviour.Throws;
        await AskAsync();
        await AskAsync();
        Assert.Equal(
            [
                "call role=recognition where=local",
                "failures role=recognition where=local reason=failed",
                "moves role=recognition",
                "call role=recognition where=remote",
                "call role=recognition where=remote",
            ],
            counted);

        Task AskAsync() => lanes.Ports(1).Recognizer.RecognizeAsync(new float[4], new RecognitionRequest("ann", RecognitionTier.Quick), CancellationToken.None);
    }

    private static string Text(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = instrument.Name["conversation.lanes.".Length..];
        foreach (var (name, value) in tags)
        {
            text += $" {name}={value}";
        }

        return text;
    }
}
