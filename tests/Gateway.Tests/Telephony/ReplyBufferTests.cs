using Conversation.Gateway.Telephony;

namespace Conversation.Gateway.Tests.Telephony;

public class ReplyBufferTests
{
    private readonly ReplyBuffer buffer = new(100);
    private readonly short[] frame = new short[20];

    [Fact]
    public void What_was_sent_and_not_heard_is_sent_again_after_a_flush()
    {
        buffer.TryAdd(1, 0, Ramp(0, 60));
        Take();
        Take();
        buffer.Play(20);
        buffer.Rewind();
        Assert.Equal(20, Take()[0]);
        Assert.Equal(40, Take()[0]);
        Assert.False(buffer.TryRead(frame));
    }

    [Fact]
    public void It_takes_no_more_than_it_holds_and_makes_room_as_it_is_heard()
    {
        Assert.True(buffer.TryAdd(1, 0, Ramp(0, 100)));
        Assert.False(buffer.TryAdd(1, 100, Ramp(100, 20)));
        Take();
        Assert.False(buffer.TryAdd(1, 100, Ramp(100, 20)));
        buffer.Play(20);
        Assert.True(buffer.TryAdd(1, 100, Ramp(100, 20)));
        for (var at = 20; at < 120; at += 20)
        {
            Assert.Equal(at, Take()[0]);
        }
    }

    [Fact]
    public void A_frame_is_filled_up_only_at_the_very_end()
    {
        buffer.TryAdd(1, 0, Ramp(0, 30));
        Take();
        Assert.False(buffer.TryRead(frame));
        buffer.EndsAt(1, 30);
        var last = Take();
        Assert.Equal([20, 29, 0, 0], [last[0], last[9], last[10], last[19]]);
        Assert.False(buffer.IsHeard);
        buffer.Play(20);
        buffer.Play(20);
        Assert.True(buffer.IsHeard);
        Assert.Equal(30, buffer.Heard);
    }

    [Fact]
    public void Nothing_is_left_of_a_cancelled_reply_and_nothing_late_of_it_is_taken()
    {
        buffer.TryAdd(1, 0, Ramp(0, 60));
        Take();
        buffer.Cancel(1);
        Assert.False(buffer.TryRead(frame));
        buffer.TryAdd(2, 0, Ramp(1_000, 20));
        Assert.True(buffer.TryAdd(1, 60, Ramp(60, 20)));
        Assert.Equal(1_000, Take()[0]);
    }

    [Fact]
    public void A_mark_of_another_reply_or_of_what_was_not_sent_is_no_mark()
    {
        buffer.TryAdd(2, 0, Ramp(0, 60));
        Take();
        buffer.PlayedTo(1, 20);
        Assert.Equal(0, buffer.Heard);
        buffer.PlayedTo(2, 60);
        Assert.Equal(20, buffer.Heard);
    }

    private short[] Take()
    {
        Assert.True(buffer.TryRead(frame));
        buffer.Take(frame.Length);
        return frame;
    }

    private static short[] Ramp(int from, int count) => [.. Enumerable.Range(from, count).Select(n => (short)n)];
}
