using Conversation.Gateway.Telephony.Recording;

namespace Conversation.Gateway.Tests.Telephony.Recording;

/// <summary>Where each sample lies, at 8 kHz: 160 samples a frame, 480 of tolerance.</summary>
public sealed class StereoTimelineTests
{
    private readonly StereoTimeline timeline = new(8_000);

    [Fact]
    public void Frames_that_jitter_are_joined_and_both_sides_lie_on_one_clock()
    {
        int[] jitter = [0, 40, -30, 200, -90, 0, 300, 10, 0, 0];
        for (var n = 0; n < 10; n++)
        {
            timeline.Put(CallSide.Caller, 1_000 + (n * 160) + (n == 0 ? 0 : jitter[n]), Ramp(160, 1 + (n * 160)));
            timeline.Put(CallSide.Platform, 1_400 + (n * 160) - (n == 0 ? 0 : jitter[n]), Ramp(160, -1_600 + (n * 160)));
        }

        var (left, right) = All(4_000);
        Assert.Equal([.. new short[1_000], .. Ramp(1_600, 1), .. new short[1_400]], left);
        Assert.Equal([.. new short[1_400], .. Ramp(1_600, -1_600), .. new short[1_000]], right);
    }

    [Fact]
    public void At_the_end_what_the_caller_said_is_kept_though_it_came_early_and_what_was_not_played_is_not()
    {
        timeline.Put(CallSide.Caller, 0, Ramp(160, 1));
        timeline.Put(CallSide.Caller, 40, Ramp(160, 161));
        timeline.Put(CallSide.Platform, 0, Ramp(480, 1));
        var all = timeline.TakeLast(200).ToArray();
        Assert.Equal(Ramp(320, 1), all.Where((_, n) => n % 2 == 0));
        Assert.Equal([.. Ramp(200, 1), .. new short[120]], all.Where((_, n) => n % 2 == 1));
    }

    [Fact]
    public void A_gap_is_silence()
    {
        timeline.Put(CallSide.Caller, 0, Ramp(160, 1));
        timeline.Put(CallSide.Caller, 2_000, Ramp(160, 1));
        Assert.Equal([.. Ramp(160, 1), .. new short[1_840], .. Ramp(160, 1)], All(2_160).Left);
    }

    [Fact]
    public void What_was_delayed_and_comes_at_once_goes_back_to_where_it_belongs()
    {
        timeline.Put(CallSide.Caller, 0, Ramp(1_600, 1));
        // 20 frames held back, all at 4,800: the last one was just said.
        for (var n = 0; n < 20; n++)
        {
            timeline.Put(CallSide.Caller, 4_800 - 160, Ramp(160, 1_601 + (n * 160)));
        }

        var left = All(6_000).Left;
        var begin = Array.IndexOf(left, (short)1_601);
        Assert.InRange(begin, 1_600, 1_600 + 480);
        Assert.Equal(Ramp(3_200, 1_601), left[begin..(begin + 3_200)]);
        Assert.All(left[(begin + 3_200)..], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void What_was_flushed_was_not_heard()
    {
        for (var n = 0; n < 10; n++)
        {
            timeline.Put(CallSide.Platform, n * 160, Ramp(160, 1 + (n * 160)));
        }

        timeline.Drop(CallSide.Platform, 500);
        timeline.Put(CallSide.Platform, 800, Ramp(160, 1));
        Assert.Equal([.. Ramp(500, 1), .. Ramp(160, 1), .. new short[340]], All(1_000).Right);
    }

    [Fact]
    public void What_the_carrier_begins_to_play_late_is_heard_late_and_what_only_seemed_so_moves_back()
    {
        timeline.Put(CallSide.Platform, 0, Ramp(800, 1));
        for (var n = 0; n < 10; n++)
        {
            timeline.Put(CallSide.Platform, 1_600 + (n * 160), Ramp(160, 1_000 + (n * 160)));
        }

        for (var n = 0; n < 6; n++)
        {
            timeline.Delay(CallSide.Platform, 1_600 + (n * 160), 160);
        }

        // Not played for 960; nothing of it is lost, and nothing before it has moved.
        Assert.Equal([.. Ramp(800, 1), .. new short[1_760], .. Ramp(1_600, 1_000)], timeline.Rest(4_160).ToArray().Where((_, n) => n % 2 == 1));

        // In the middle of it two frames' marks were late: it had gone on all the time.
        timeline.Delay(CallSide.Platform, 3_360, 800);
        Assert.Equal([.. Ramp(800, 1_000), .. new short[800], .. Ramp(800, 1_800)], timeline.Rest(4_960).ToArray().Where((_, n) => n % 2 == 1).Skip(2_560));
        timeline.Put(CallSide.Platform, 4_160, Ramp(160, 2_600));
        Assert.Equal([.. Ramp(800, 1), .. new short[1_760], .. Ramp(1_760, 1_000), .. new short[680]], All(5_000).Right);
    }

    [Fact]
    public void A_sender_that_is_faster_than_time_does_not_run_away()
    {
        // 1 % too fast for 100 s.
        for (var n = 0; n < 5_000; n++)
        {
            timeline.Put(CallSide.Caller, (long)(n * 160 * 0.99), Ramp(160, 1));
        }

        var all = All(800_000).Left;
        var last = Array.FindLastIndex(all, sample => sample != 0);
        Assert.InRange(last, (long)(800_000 * 0.99) - 320, (long)(800_000 * 0.99) + 640);
    }

    [Fact]
    public void Taken_piece_by_piece_it_is_the_same()
    {
        var other = new StereoTimeline(8_000);
        var pieces = new List<short>();
        var random = new Random(7);
        long at = 0;
        for (var n = 0; n < 3_000; n++)
        {
            at += random.Next(20) == 0 ? random.Next(4_000) : 160;
            var side = random.Next(2) == 0 ? CallSide.Caller : CallSide.Platform;
            timeline.Put(side, at, Ramp(160, n));
            other.Put(side, at, Ramp(160, n));
            pieces.AddRange(other.Take(at));
            if (random.Next(10) == 0)
            {
                timeline.Delay(side, at - 160, 160);
                other.Delay(side, at - 160, 160);
            }

            Assert.Equal((at * 2) - pieces.Count, other.Rest(at).Length);
        }

        pieces.AddRange(other.TakeLast(at + 160));
        Assert.Equal(timeline.TakeLast(at + 160).ToArray(), pieces.ToArray());
        Assert.Equal((at + 160) * 2, pieces.Count);
    }

    private (short[] Left, short[] Right) All(long until)
    {
        var all = timeline.TakeLast(until).ToArray();
        return ([.. all.Where((_, n) => n % 2 == 0)], [.. all.Where((_, n) => n % 2 == 1)]);
    }

    internal static short[] Ramp(int count, int from) => [.. Enumerable.Range(from, count).Select(n => (short)n)];
}
