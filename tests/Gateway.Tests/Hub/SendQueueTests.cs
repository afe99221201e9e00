using Conversation.Gateway.Hub;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Hub;

public sealed class SendQueueTests
{
    private readonly SendQueue queue = new(4);

    public SendQueueTests() => queue.Bound(1_000);

    [Fact]
    public void Says_when_it_is_full_and_takes_more_once_something_has_gone()
    {
        Assert.True(queue.TryAdd(1, 0, new short[600], 0));
        Assert.True(queue.TryAdd(1, 600, new short[400], 0));
        Assert.False(queue.TryAdd(1, 1_000, new short[1], 0));
        Assert.True(queue.TryTake(out var first));
        Assert.False(queue.TryAdd(1, 1_000, new short[1], 0));
        queue.Sent(first);
        Assert.True(queue.TryAdd(1, 1_000, new short[600], 0));
    }

    [Fact]
    public void One_frame_longer_than_the_bound_is_taken_alone()
    {
        Assert.True(queue.TryAdd(1, 0, new short[5_000], 0));
        Assert.False(queue.TryAdd(1, 5_000, new short[1], 0));
    }

    [Fact]
    public void Nothing_of_a_cancelled_reply_is_left_and_nothing_more_of_it_is_taken()
    {
        queue.TryAdd(1, 0, [1], 0);
        queue.TryAdd(new SessionEvent.HypothesisDelta(1, "a"), 0);
        queue.TryAdd(2, 0, [2], 0);
        queue.TryAdd(3, 0, [3], 0);
        queue.TryAdd(new SessionEvent.PlayoutCancelled(2, "interrupted"), 0);
        Assert.True(queue.TryAdd(2, 1, [4], 0));

        Assert.Equal(["HypothesisDelta", "audio 3", "PlayoutCancelled"], Drain());
    }

    [Fact]
    public void Last_words_go_alone()
    {
        queue.TryAdd(1, 0, [1], 0);
        queue.TryAdd(new SessionEvent.HypothesisDelta(1, "a"), 0);
        queue.End(new SessionEvent.Error("x", "y"), new SessionEvent.Closed("z"), 0);
        Assert.True(queue.TryAdd(9, 0, [1], 0));
        Assert.Equal(["Error", "Closed"], Drain());
    }

    [Fact]
    public void Bounds_events_by_number()
    {
        for (var n = 0; n < 4; n++)
        {
            Assert.True(queue.TryAdd(new SessionEvent.HypothesisDelta(1, "a"), n));
        }

        Assert.False(queue.TryAdd(new SessionEvent.HypothesisDelta(1, "a"), 5));
        Assert.Equal(0, queue.OldestSince);
        queue.TryTake(out var first);
        Assert.Equal(0, queue.OldestSince);
        queue.Sent(first);
        Assert.Equal(1, queue.OldestSince);
    }

    [Fact]
    public void A_frame_allocates_nothing_in_steady_state()
    {
        var pcm = new short[480];
        for (var n = 0; n < 100; n++)
        {
            Cycle(n);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 10_000; n++)
        {
            Cycle(n);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Cycle(int n)
        {
            queue.TryAdd(1, n * 480L, pcm, n);
            queue.TryTake(out var item);
            queue.Sent(item);
        }
    }

    private List<string> Drain()
    {
        var all = new List<string>();
        while (queue.TryTake(out var item))
        {
            all.Add(item.Frame is { } frame ? $"audio {frame.Generation}" : item.Event!.GetType().Name);
            queue.Sent(item);
        }

        return all;
    }
}
