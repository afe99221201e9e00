using Conversation.Grains.Board;
using Conversation.Grains.Lanes;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Lanes.Support;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class RecognitionRoutingTests
{
    private static readonly float[] Samples = [0.25f, 1, -1, 0.5f];

    [Fact]
    public async Task ASiloWithoutLanesWorksThroughAnothers()
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        var heard = await AskAsync(lanes, 0, "ann", RecognitionTier.Accurate);
        Assert.Equal(new Recognition("recognizer 1:Accurate:4:0.25", 0.5f, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), "recognizer 1"), heard);
        Assert.Equal(["ann"], lanes.Recognizers[1].Asked);
    }

    [Fact]
    public async Task ASiloThatHasALaneKeepsTheHopLocal()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("recognizer 1", (await AskAsync(lanes, 1, $"s{i}")).Model);
        }

        Assert.Empty(lanes.Recognizers[2].Asked);
    }

    [Fact]
    public async Task SessionsSpreadOverTheLanesAndEachKeepsToIts()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        var first = await WhoAsync(lanes, 40);
        Assert.InRange(first.Count(model => model == "recognizer 1"), 8, 32);
        Assert.Equal(first, await WhoAsync(lanes, 40));
    }

    [Fact]
    public async Task RequestsOfManySessionsWaitInOneLaneSideBySide()
    {
        await using var lanes = await LaneCluster.StartAsync(3, withLanes: [2]);
        lanes.Recognizers[2].Held = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 32).Select(i => AskAsync(lanes, i % 2, $"s{i}")).ToArray();
        await Eventually.True(() => lanes.Recognizers[2].MostAtOnce == 32, "all requests of two silos in one lane");
        lanes.Recognizers[2].Held!.SetResult();
        Assert.All(await Task.WhenAll(asked), heard => Assert.Equal("recognizer 2", heard.Model));
    }

    [Theory]
    [InlineData(0, Behaviour.Throws)]
    [InlineData(0, Behaviour.Hangs)]
    [InlineData(0, Behaviour.IsFull)]
    [InlineData(1, Behaviour.Throws)]
    [InlineData(1, Behaviour.Hangs)]
    [InlineData(1, Behaviour.IsFull)]
    internal async Task ARequestThatALaneDoesNotAnswerIsAskedOfTheNext(int asking, Behaviour behaviour)
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        lanes.Recognizers[1].Behaviour = behaviour;
        var who = await WhoAsync(lanes, 12, asking);
        Assert.All(who, model => Assert.Equal("recognizer 2", model));
        Assert.NotEmpty(lanes.Recognizers[1].Asked);
        if (behaviour == Behaviour.IsFull)
        {
            // Full is not ill.
            await lanes.AllSeeAsync(2);
        }
        else
        {
            // It is left alone: the first of those asked together found out, no later one is sent there.
            Assert.InRange(lanes.Recognizers[1].Asked.Count, 1, 12);
            var before = lanes.Recognizers[1].Asked.Count;
            await WhoAsync(lanes, 12, asking);
            Assert.Equal(before, lanes.Recognizers[1].Asked.Count);
        }
    }

    [Fact]
    public async Task ALaneThatIsOnlySlowIsWaitedFor()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        lanes.Recognizers[1].Takes = TimeSpan.FromMilliseconds(400);
        Assert.Equal("recognizer 1", (await AskAsync(lanes, 1, "ann")).Model);
        Assert.Empty(lanes.Recognizers[2].Asked);
    }

    [Fact]
    public async Task AHangingLaneIsToldThatNobodyWaits()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        lanes.Recognizers[1].Behaviour = Behaviour.Hangs;
        lanes.Recognizers[2].Behaviour = Behaviour.Hangs;
        var fault = await Assert.ThrowsAsync<LaneFailedException>(() => AskAsync(lanes, 0, "ann"));
        Assert.Contains("Lanes:RecognitionWithin", fault.Message, StringComparison.Ordinal);
        await Eventually.True(() => lanes.Recognizers[1].Cancelled == 1 && lanes.Recognizers[2].Cancelled == 1, "both lanes are told");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task CancellingReachesTheLaneAndHarmsNoneOfIt(int asking)
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        lanes.Recognizers[1].Held = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var asked = lanes.Ports(asking).Recognizer.RecognizeAsync(Samples, new RecognitionRequest("ann", RecognitionTier.Quick), stop.Token);
        await Eventually.True(() => lanes.Recognizers[1].MostAtOnce == 1, "the lane has it");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Eventually.True(() => lanes.Recognizers[1].Cancelled == 1, "the lane is told");
        lanes.Recognizers[1].Held = null;
        Assert.Equal("recognizer 1", (await AskAsync(lanes, asking, "ann")).Model);
        await lanes.AllSeeAsync(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task ARequestThatIsWrongIsRefusedAtOnceAndHarmsNoLane(int asking)
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        lanes.Recognizers[1].Behaviour = lanes.Recognizers[2].Behaviour = Behaviour.Refuses;
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => AskAsync(lanes, asking, "ann"));
        Assert.Contains("no such voice", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, lanes.Recognizers[1].Asked.Count + lanes.Recognizers[2].Asked.Count);
        await lanes.AllSeeAsync(2);
    }

    [Fact]
    public async Task AKilledSilosSessionsGoOnThroughAnotherLane()
    {
        await using var lanes = await LaneCluster.StartAsync(4);
        var before = await WhoAsync(lanes, 30);
        Assert.Contains("recognizer 3", before);
        await lanes.Silos.KillAsync(3);
        var after = await WhoAsync(lanes, 30);
        Assert.DoesNotContain("recognizer 3", after);
        // Those that were at home elsewhere stay there.
        Assert.All(before.Zip(after).Where(pair => pair.First != "recognizer 3"), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public async Task TheSpareLaneIsLoadedWhereTheDeviceFailsAndLeftWhereItComesBack()
    {
        await using var lanes = await LaneCluster.StartAsync(1, LaneCluster.Quick with { RestFor = TimeSpan.FromMilliseconds(600) }, withLanes: [0]);
        var (loads, spare) = (0, new ScriptedRecognizer("spare"));
        lanes.Silos.Get<LocalLanes>(0).Add(new LaneSetup
        {
            Name = "cpu/recognition",
            Role = LaneRole.Recognition,
            Device = "cpu",
            Spare = true,
            Load = _ =>
            {
                Interlocked.Increment(ref loads);
                return Task.FromResult<object>(spare);
            },
        });
        Assert.Equal("recognizer 0", (await AskAsync(lanes, 0, "ann")).Model);
        Assert.Equal(0, loads);
        lanes.Recognizers[0].Behaviour = Behaviour.Throws;
        Assert.Equal("spare", (await AskAsync(lanes, 0, "ann")).Model);
        Assert.Equal("spare", (await AskAsync(lanes, 0, "bob")).Model);
        Assert.Equal(1, loads);
        lanes.Recognizers[0].Behaviour = Behaviour.Answers;
        var model = "";
        for (var i = 0; i < 300 && model != "recognizer 0"; i++)
        {
            await Task.Delay(20);
            model = (await AskAsync(lanes, 0, "ann")).Model;
        }

        Assert.Equal("recognizer 0", model);
        Assert.All(lanes.Silos.Get<Cards>(0).Own.Lanes, lane => Assert.True(lane.Healthy));
    }

    [Fact]
    public async Task ALaneThatFailedIsStillAskedWhereItIsTheOnlyOne()
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        lanes.Recognizers[1].Behaviour = Behaviour.Throws;
        var fault = await Assert.ThrowsAsync<LaneFailedException>(() => AskAsync(lanes, 0, "ann"));
        Assert.Contains("recognizer 1 is broken", fault.Message, StringComparison.Ordinal);
        lanes.Recognizers[1].Behaviour = Behaviour.Answers;
        Assert.Equal("recognizer 1", (await AskAsync(lanes, 0, "ann")).Model);
        await lanes.AllSeeAsync(1);
    }

    [Fact]
    public async Task WithoutAnyLaneTheFaultNamesTheSetting()
    {
        await using var lanes = await LaneCluster.StartAsync(1);
        var fault = await Assert.ThrowsAsync<LaneFailedException>(() => AskAsync(lanes, 0, "ann"));
        Assert.Contains("Engines:Device", fault.Message, StringComparison.Ordinal);
        Assert.Equal([LaneRole.Recognition, LaneRole.Synthesis, LaneRole.VoiceActivity], lanes.Ports(0).Missing);
    }

    [Fact]
    public async Task ADrainingSilosLanesAreTheLastToBeAsked()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        Assert.Contains("recognizer 1", await WhoAsync(lanes, 30));
        lanes.Silos.Get<SiloBoard>(1).Describe(card => card with { Draining = true });
        await Eventually.True(() => lanes.Silos.Get<Cards>(0).Others.Any(card => card.Draining), "silo 1 drains");
        Assert.All(await WhoAsync(lanes, 30), model => Assert.Equal("recognizer 2", model));
        lanes.Recognizers[2].Behaviour = Behaviour.IsFull;
        Assert.Equal("recognizer 1", (await AskAsync(lanes, 0, "ann")).Model);
    }

    private static Task<Recognition> AskAsync(LaneCluster lanes, int silo, string session, RecognitionTier tier = RecognitionTier.Quick) =>
        lanes.Ports(silo).Recognizer.RecognizeAsync(Samples, new RecognitionRequest(session, tier), CancellationToken.None);

    private static async Task<string[]> WhoAsync(LaneCluster lanes, int sessions, int asking = 0) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, sessions).Select(i => AskAsync(lanes, asking, $"session {i}")))).Select(heard => heard.Model)];
}
