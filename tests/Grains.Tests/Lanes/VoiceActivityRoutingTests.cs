using System.Collections.Concurrent;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Lanes.Support;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Tests.Lanes;

public class VoiceActivityRoutingTests
{
    private const int Window = IVoiceActivity.WindowSamples;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task EveryWindowIsScoredOnceAndInOrder(int asking)
    {
        await using var lanes = await LaneCluster.StartAsync(2);
        lanes.VoiceActivities[1].Takes = TimeSpan.FromMilliseconds(1);
        var callers = Enumerable.Range(0, 4).Select(_ => new Caller(lanes, asking)).ToArray();
        await Task.WhenAll(callers.Select(caller => caller.SpeakAsync(150)));
        foreach (var caller in callers)
        {
            await caller.HeardAllAsync();
            caller.Stream.Dispose();
        }

        await Eventually.True(() => lanes.VoiceActivities[1].Open == 0, "the lane's streams are closed");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task NothingIsLostOrReorderedWhereTheLaneIsLate(int milliseconds)
    {
        // Late, not hung: windows that a busy machine has wait go together, and take so much longer.
        await using var lanes = await LaneCluster.StartAsync(2, LaneCluster.Quick with { VoiceActivityWithin = TimeSpan.FromSeconds(30) });
        lanes.VoiceActivities[1].Takes = TimeSpan.FromMilliseconds(milliseconds);
        using var caller = new Caller(lanes, 0);
        await caller.SpeakAsync(60, every: TimeSpan.FromMilliseconds(milliseconds));
        await caller.HeardAllAsync();
    }

    [Fact]
    public async Task WindowsThatWaitGoTogetherAndAreBounded()
    {
        await using var lanes = await LaneCluster.StartAsync(2, LaneCluster.Quick with { VoiceActivityWithin = TimeSpan.FromSeconds(30), VoiceActivityQueue = 40 });
        lanes.VoiceActivities[1].Behaviour = Behaviour.Hangs;
        using var caller = new Caller(lanes, 0);
        for (var i = 0; i < 40; i++)
        {
            Assert.True(caller.Say());
        }

        Assert.False(caller.Say());
        lanes.VoiceActivities[1].Behaviour = Behaviour.Answers;
        await caller.HeardAllAsync();
        Assert.True(caller.Say());
        await caller.HeardAllAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AStreamWhoseLaneHangsMovesWithAllThatWaitsAndIsWarmedThere(int asking)
    {
        await using var lanes = await LaneCluster.StartAsync(3, LaneCluster.Quick with { VoiceActivityQueue = 200, VoiceActivityWarmUp = 16 });
        // Seen from silo 0 either may be its home.
        using var caller = new Caller(lanes, asking);
        await caller.SpeakAsync(30);
        await caller.HeardAllAsync();
        var (home, other) = lanes.VoiceActivities[1].Seen.IsEmpty ? (lanes.VoiceActivities[2], lanes.VoiceActivities[1]) : (lanes.VoiceActivities[1], lanes.VoiceActivities[2]);
        Assert.Equal(30, home.Seen.Count);
        home.Behaviour = Behaviour.Hangs;
        await caller.SpeakAsync(40);
        await caller.HeardAllAsync();
        // The last sixteen scored, then what waited: 14 to 29, then 30 ….
        Assert.Equal(Enumerable.Range(14, 56).Select(Caller.Score), other.Seen);
        home.Behaviour = Behaviour.Answers;
    }

    [Fact]
    public async Task WhereEveryLaneRestsEachIsTriedInItsTurn()
    {
        await using var lanes = await LaneCluster.StartAsync(3, LaneCluster.Quick with { VoiceActivityQueue = 240 });
        var (home, other) = (lanes.VoiceActivities[1], lanes.VoiceActivities[2]);
        home.Behaviour = other.Behaviour = Behaviour.Hangs;
        using var caller = new Caller(lanes, 1);
        await caller.SpeakAsync(5);
        await Eventually.True(() => home.Opened == 2, "both lanes hung, and the first is tried again");
        other.Behaviour = Behaviour.Answers;
        await caller.HeardAllAsync();
        Assert.True(other.Opened >= 2);
        home.Behaviour = Behaviour.Answers;
    }

    [Fact]
    public async Task AStreamWhoseSiloIsKilledGoesOnElsewhere()
    {
        await using var lanes = await LaneCluster.StartAsync(3, LaneCluster.Quick with { VoiceActivityQueue = 240 });
        using var caller = new Caller(lanes, 0);
        await caller.SpeakAsync(20);
        await caller.HeardAllAsync();
        await lanes.Silos.KillAsync(lanes.VoiceActivities[1].Seen.IsEmpty ? 2 : 1);
        await caller.SpeakAsync(60, every: TimeSpan.FromMilliseconds(8));
        await caller.HeardAllAsync();
    }

    [Fact]
    public async Task WithoutAnyLaneSpeechCountsAsSilenceUntilOneIsThere()
    {
        await using var lanes = await LaneCluster.StartAsync(1);
        using var caller = new Caller(lanes, 0);
        // Not taken: the caller of this counts it as silence.
        Assert.False(caller.Say());
        lanes.Silos.Get<LocalLanes>(0).Add(LaneSetup.Of("cpu/voice-activity", LaneRole.VoiceActivity, "cpu", new ScriptedVoiceActivity("late")));
        await Eventually.True(() => caller.Say() && caller.Heard.Any(score => score.Probability > 0), "a score");
    }

    [Fact]
    public async Task WhatWaitsWhereTheLastLaneFailsIsScoredSilent()
    {
        await using var lanes = await LaneCluster.StartAsync(1, withLanes: [0]);
        using var caller = new Caller(lanes, 0);
        await caller.SpeakAsync(3);
        await caller.HeardAllAsync();
        lanes.VoiceActivities[0].Behaviour = Behaviour.Throws;
        Assert.True(caller.Say());
        await Eventually.True(() => caller.Heard.Count == 4, "a score");
        Assert.Equal((4L * Window, 0), caller.Heard.Last());
        Assert.False(caller.Say());
        lanes.VoiceActivities[0].Behaviour = Behaviour.Answers;
        await Eventually.True(() => caller.Say() && caller.Heard.Last().Probability > 0, "a score of the lane");
    }

    [Fact]
    public async Task AnIdleStreamIsClosedAtTheLaneAndOpenedAnewWithWhatItHadHeard()
    {
        await using var lanes = await LaneCluster.StartAsync(2, LaneCluster.Quick with { StreamIdleFor = TimeSpan.FromSeconds(1), VoiceActivityWarmUp = 4 });
        var lane = lanes.VoiceActivities[1];
        using var caller = new Caller(lanes, 0);
        await caller.SpeakAsync(10);
        await caller.HeardAllAsync();
        await Eventually.True(() => lane.Open == 0, "the idle stream is closed");
        await caller.SpeakAsync(3);
        await caller.HeardAllAsync();
        Assert.Equal(2, lane.Opened);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(Caller.Score), .. Enumerable.Range(6, 7).Select(Caller.Score)], lane.Seen);
    }

    [Fact]
    public async Task AStreamComesHomeWhenTheLocalLaneWorksAgain()
    {
        await using var lanes = await LaneCluster.StartAsync(3, LaneCluster.Quick with { RestFor = TimeSpan.FromMilliseconds(500), VoiceActivityQueue = 240 });
        using var caller = new Caller(lanes, 1);
        lanes.VoiceActivities[1].Behaviour = Behaviour.Throws;
        await caller.SpeakAsync(10);
        await caller.HeardAllAsync();
        Assert.NotEmpty(lanes.VoiceActivities[2].Seen);
        Assert.Empty(lanes.VoiceActivities[1].Seen);
        lanes.VoiceActivities[1].Behaviour = Behaviour.Answers;
        await Eventually.True(() => caller.Say() && !lanes.VoiceActivities[1].Seen.IsEmpty, "windows at the local lane again");
        await caller.HeardAllAsync();
    }

    [Fact]
    public async Task AFullLaneOpensTheStreamElsewhere()
    {
        await using var lanes = await LaneCluster.StartAsync(3);
        lanes.VoiceActivities[1].Behaviour = Behaviour.IsFull;
        using var caller = new Caller(lanes, 1);
        await caller.SpeakAsync(5);
        await caller.HeardAllAsync();
        Assert.Equal(5, lanes.VoiceActivities[2].Seen.Distinct().Count());
    }

    [Fact]
    public void OptionsTellEveryFaultAtOnce()
    {
        Assert.Empty(new LaneRouterOptions().Validate());
        var faults = new LaneRouterOptions { RecognitionWithin = TimeSpan.Zero, VoiceActivityQueue = 1, RestAtMost = TimeSpan.FromSeconds(1), StreamIdleFor = TimeSpan.FromDays(1) }.Validate().ToArray();
        Assert.Equal(["Lanes:RecognitionWithin", "Lanes:RestAtMost", "Lanes:VoiceActivityQueue", "Lanes:StreamIdleFor"], faults.Select(fault => fault.Split(' ')[0]));
    }

    /// <summary>Sends numbered windows; checks that their scores come back complete and in order.</summary>
    private sealed class Caller : ISpeechScoreSink, IDisposable
    {
        private int said;

        public Caller(LaneCluster lanes, int silo) => Stream = lanes.Ports(silo).VoiceActivity.Open(this);

        public IVoiceActivityStream Stream { get; }

        public ConcurrentQueue<(long End, float Probability)> Heard { get; } = new();

        public static float Score(int window) => (window + 1) / 1024f;

        public bool Say()
        {
            var window = new float[Window];
            window[0] = Score(said);
            if (!Stream.TrySubmit(window, (said + 1L) * Window))
            {
                return false;
            }

            said++;
            return true;
        }

        public async Task SpeakAsync(int windows, TimeSpan? every = null)
        {
            for (var i = 0; i < windows; i++)
            {
                await Task.Delay(every ?? TimeSpan.FromMilliseconds(4));
                Assert.True(Say(), $"window {said} was not taken");
            }
        }

        public async Task HeardAllAsync()
        {
            await Eventually.True(() => Heard.Count >= said, $"{said} scores; {Heard.Count} came");
            Assert.Equal(Enumerable.Range(0, said).Select(i => ((i + 1L) * Window, Score(i))), Heard);
        }

        public void OnScore(long endPosition, float probability) => Heard.Enqueue((endPosition, probability));

        public void Dispose() => Stream.Dispose();
    }
}
