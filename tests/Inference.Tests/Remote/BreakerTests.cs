using Conversation.Inference.Remote;
using Conversation.TestKit;

namespace Conversation.Inference.Tests.Remote;

public class BreakerTests
{
    private readonly ManualTime time = new();
    private readonly Breaker breaker;

    public BreakerTests() => breaker = new Breaker(3, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(18), time);

    [Fact]
    public void It_opens_after_failures_in_a_row_and_not_before()
    {
        Assert.Null(breaker.Failed(false, null));
        Assert.Null(breaker.Failed(false, null));
        breaker.Succeeded();
        Assert.Null(breaker.Failed(false, null));
        Assert.Null(breaker.Failed(false, null));
        Assert.Equal(BreakerAnswer.Closed, breaker.Ask());
        Assert.Equal(TimeSpan.FromSeconds(5), breaker.Failed(false, null));
        Assert.Equal(BreakerAnswer.Open, breaker.Ask());
        Assert.True(breaker.IsOpen);
    }

    [Fact]
    public void One_trial_at_a_time_and_longer_each_time_it_fails_up_to_the_most()
    {
        breaker.Failed(true, null);
        foreach (var seconds in new[] { 5, 10, 18, 18 })
        {
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(BreakerAnswer.Open, breaker.Ask());
            time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal(BreakerAnswer.Trial, breaker.Ask());
            Assert.Equal(BreakerAnswer.Open, breaker.Ask());
            Assert.NotNull(breaker.Failed(false, null));
        }
    }

    [Fact]
    public void A_trial_that_goes_well_closes_it_and_the_next_time_is_short_again()
    {
        breaker.Failed(true, null);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(BreakerAnswer.Trial, breaker.Ask());
        breaker.Failed(false, null);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(BreakerAnswer.Trial, breaker.Ask());
        Assert.True(breaker.Succeeded());
        Assert.Equal(BreakerAnswer.Closed, breaker.Ask());
        Assert.Equal(TimeSpan.FromSeconds(5), breaker.Failed(true, null));
    }

    [Fact]
    public void A_trial_that_told_nothing_is_tried_again()
    {
        breaker.Failed(true, null);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(BreakerAnswer.Trial, breaker.Ask());
        breaker.Abandoned();
        Assert.Equal(BreakerAnswer.Trial, breaker.Ask());
    }

    [Fact]
    public void What_the_server_asks_for_is_granted_within_bounds()
    {
        Assert.Equal(TimeSpan.FromSeconds(12), breaker.Failed(true, TimeSpan.FromSeconds(12)));
        time.Advance(TimeSpan.FromSeconds(12));
        breaker.Ask();
        Assert.Equal(TimeSpan.FromSeconds(18), breaker.Failed(true, TimeSpan.FromHours(3)));
    }

    [Fact]
    public void Stragglers_of_before_it_opened_change_nothing()
    {
        breaker.Failed(true, null);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Null(breaker.Failed(true, null));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(BreakerAnswer.Trial, breaker.Ask());
    }
}
