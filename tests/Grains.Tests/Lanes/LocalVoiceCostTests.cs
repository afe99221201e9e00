using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Tests.Lanes.Support;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class LocalVoiceCostTests
{
    /// <summary>Thirty times a second from every caller: what is local must cost as good as nothing on top of the lane's own work.</summary>
    [Fact]
    public async Task AWindowScoredHereAllocatesNothing()
    {
        await using var lanes = await LaneCluster.StartAsync(1, withLanes: []);
        lanes.Silos.Get<LocalLanes>(0).Add(LaneSetup.Of("cpu/voice-activity", LaneRole.VoiceActivity, "cpu", new Instant()));
        var sink = new Counting();
        using var stream = lanes.Ports(0).VoiceActivity.Open(sink);
        var window = new float[IVoiceActivity.WindowSamples];
        Submit(1000, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Submit(1000, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000, sink.Scores);

        void Submit(int windows, long from)
        {
            for (var i = 0; i < windows; i++)
            {
                Assert.True(stream.TrySubmit(window, (from + i + 1) * IVoiceActivity.WindowSamples));
            }
        }
    }

    private sealed class Counting : ISpeechScoreSink
    {
        public int Scores { get; private set; }

        public void OnScore(long endPosition, float probability) => Scores++;
    }

    /// <summary>Scores on the caller's thread.</summary>
    private sealed class Instant : IVoiceActivity
    {
        public IVoiceActivityStream Open(ISpeechScoreSink sink) => new Stream(sink);

        private sealed class Stream(ISpeechScoreSink sink) : IVoiceActivityStream
        {
            public bool TrySubmit(ReadOnlySpan<float> window, long endPosition)
            {
                sink.OnScore(endPosition, 0.5f);
                return true;
            }

            public void Dispose()
            {
            }
        }
    }
}
