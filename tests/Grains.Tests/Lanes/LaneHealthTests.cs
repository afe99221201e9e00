using Conversation.Grains.Lanes.Routing;
using Conversation.TestKit;

namespace Conversation.Grains.Tests.Lanes;

public class LaneHealthTests
{
    private readonly ManualTime time = new();
    private readonly LaneHealth health;

    public LaneHealthTests() => health = new LaneHealth(new LaneRouterOptions(), time);

    [Fact]
    public void TheRestDoublesWithEachFailedTryUpToAMinute()
    {
        int[] seconds = [10, 20, 40, 60, 60];
        foreach (var rest in seconds)
        {
            Assert.Equal(TimeSpan.FromSeconds(rest), health.Failed());
            time.Advance(TimeSpan.FromSeconds(rest) - TimeSpan.FromMilliseconds(1));
            Assert.False(health.IsOpen);
            Assert.False(health.TryEnter());
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(health.IsOpen);
            Assert.True(health.TryEnter());
        }
    }

    [Fact]
    public void FailuresOfRequestsThatWereThereTogetherCountOnce()
    {
        Assert.NotNull(health.Failed());
        Assert.Null(health.Failed());
        Assert.Null(health.Failed());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(health.TryEnter());
    }

    [Fact]
    public void OneRequestTriesWhileTheOthersGoElsewhere()
    {
        health.Failed();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(health.TryEnter());
        Assert.False(health.TryEnter());
        Assert.False(health.IsOpen);
        Assert.True(health.Succeeded());
        Assert.True(health.TryEnter());
        Assert.True(health.TryEnter());
        Assert.False(health.Succeeded());
    }

    [Fact]
    public void ATryThatToldNothingIsLeftToTheNext()
    {
        health.Failed();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(health.TryEnter());
        health.Left();
        Assert.True(health.TryEnter());
        Assert.False(health.TryEnter());
    }

    [Fact]
    public void AnAnswerEndsTheRestAtOnceAndTheNextRestIsShortAgain()
    {
        health.Failed();
        Assert.True(health.Succeeded());
        Assert.True(health.TryEnter());
        Assert.Equal(TimeSpan.FromSeconds(10), health.Failed());
    }
}
