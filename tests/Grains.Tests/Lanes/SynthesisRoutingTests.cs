using Conversation.Grains.Lanes;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Lanes.Support;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class SynthesisRoutingTests
{
    private static readonly SynthesisRequest Clause = new("ann", "hˈɛloʊ", "bob", 1.25f);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AClauseIsSpokenHereAndThereAlike(int asking)
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        var spoken = await lanes.Ports(asking).Synthesizer("fast").SynthesizeAsync(Clause, CancellationToken.None);
        Assert.Equal([1, -0.5f, 1.25f], spoken.Samples);
        Assert.Equal([Clause.Phonemes.Length], spoken.PhonemeEnds!);
        Assert.Equal((24_000, TimeSpan.Zero, TimeSpan.FromMilliseconds(3)), (spoken.SampleRate, spoken.Queued, spoken.Computed));
    }

    [Fact]
    public async Task EngineAndVoicesAreKnownWhereTheLaneIsNotAndStayKnown()
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        var fast = lanes.Ports(0).Synthesizer("fast");
        Assert.Equal("scripted", fast.Engine);
        Assert.Equal(lanes.Synthesizers[1].Voices, fast.Voices);
        Assert.Equal(["fast"], lanes.Ports(0).Tiers);
        await lanes.Silos.StopAsync(1);
        await Eventually.True(() => lanes.Ports(0).Tiers.Count == 0, "the lane is gone");
        Assert.Equal("ann", fast.Voices[0].Id);
        Assert.Empty(lanes.Ports(0).Synthesizer("expressive").Voices);
        await Assert.ThrowsAsync<LaneFailedException>(() => fast.SynthesizeAsync(Clause, CancellationToken.None));
    }

    [Fact]
    public async Task ATierIsSpokenByItsOwnLanesOnly()
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        var fault = await Assert.ThrowsAsync<LaneFailedException>(() => lanes.Ports(1).Synthesizer("expressive").SynthesizeAsync(Clause, CancellationToken.None));
        Assert.Contains("expressive", fault.Message, StringComparison.Ordinal);
        Assert.Empty(lanes.Synthesizers[1].Asked);
    }

    [Theory]
    [InlineData(0, Behaviour.Throws)]
    [InlineData(1, Behaviour.Hangs)]
    internal async Task AClauseThatFailsIsSpokenElsewhere(int asking, Behaviour behaviour)
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        lanes.Synthesizers[1].Behaviour = behaviour;
        for (var i = 0; i < 8; i++)
        {
            var spoken = await lanes.Ports(asking).Synthesizer("fast").SynthesizeAsync(Clause with { Session = $"s{i}" }, CancellationToken.None);
            Assert.Equal(3, spoken.Samples.Length);
        }

        Assert.Single(lanes.Synthesizers[1].Asked);
        Assert.Equal(8, lanes.Synthesizers[2].Asked.Count);
    }
}
