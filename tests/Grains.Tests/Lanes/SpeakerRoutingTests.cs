using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Lanes.Support;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class SpeakerRoutingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AVoiceIsToldHereAndThereAlike(int asking)
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        Assert.False(lanes.Ports(asking).HasSpeaker);
        lanes.Silos.Get<LocalLanes>(1).Add(LaneSetup.Of("cpu/speaker", LaneRole.Speaker, "cpu", new Embedder()));
        await Eventually.True(() => lanes.Ports(asking).HasSpeaker, "the lane is known");
        var speaker = lanes.Ports(asking).Speaker;
        Assert.Equal(2, speaker.Dimensions);
        var told = await speaker.EmbedAsync(new float[] { 0.6f, 0.8f, 9 }, "ann", CancellationToken.None);
        Assert.Equal([0.6f, 0.8f], told!);
        Assert.Null(await speaker.EmbedAsync(new float[] { 0 }, "ann", CancellationToken.None));
    }

    private sealed class Embedder : ISpeakerEmbedder
    {
        public int Dimensions => 2;

        public Task<float[]?> EmbedAsync(ReadOnlyMemory<float> samples16k, string session, CancellationToken cancellation) =>
            Task.FromResult(samples16k.Length < 2 ? null : samples16k[..2].ToArray());
    }
}
