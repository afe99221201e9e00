using Conversation.Core;
using Conversation.Inference.Ports;
using Conversation.Sessions.Pump;

namespace Conversation.Sessions.Tests.Pump;

public sealed class InputPathTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(20);
    private readonly List<SessionInput> facts = [];

    [Fact]
    public void Every_window_is_scored_at_its_position()
    {
        using var path = Open(16_000);
        for (var i = 0; i < 8; i++)
        {
            Assert.Null(path.Push(i, new short[320]));
        }

        Assert.Equal([512, 1024, 1536, 2048, 2560], facts.Select(f => f.Position.Value));
    }

    [Fact]
    public void A_gap_in_the_sequence_is_filled_with_silence_and_a_repeat_is_dropped()
    {
        using var path = Open(16_000);
        path.Push(0, new short[512]);
        path.Push(3, new short[512]);
        path.Push(3, new short[512]);
        path.Push(2, new short[512]);
        Assert.Equal(4, facts.Count);
        Assert.Equal(3, path.LastSequence);
    }

    [Fact]
    public void A_gap_without_end_costs_no_more_than_a_second()
    {
        using var path = Open(16_000);
        path.Push(0, new short[512]);
        path.Push(1_000_000_000, new short[512]);
        Assert.Equal((16_000 + 1024) / 512, facts.Count);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(24_000)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public void Any_rate_arrives_at_16_kHz_in_real_time(int rate)
    {
        using var path = Open(rate);
        for (var i = 0; i < 100; i++)
        {
            path.Push(i, new short[rate / 50]);
        }

        Assert.InRange(facts.Count, 60, 63);
    }

    [Fact]
    public void More_than_a_second_in_one_message_is_refused_by_name()
    {
        using var path = Open(16_000);
        var fault = path.Push(0, new short[16_001]);
        Assert.Equal("audio_too_long", fault?.Code);
    }

    [Fact]
    public void What_was_said_can_be_copied_back()
    {
        using var path = Open(16_000);
        var said = Enumerable.Range(0, 16_000).Select(i => (short)(i % 1000)).ToArray();
        path.Push(0, said);
        var copy = path.Copy(new SampleCount(1000), new SampleCount(3000));
        Assert.Equal(2000, copy.Length);
        Assert.Equal(said[1500] / 32768f, copy[500], 3);
    }

    [Fact]
    public void A_lane_without_room_does_not_stop_the_clock()
    {
        using var path = new InputPath(16_000, Kept, new InstantActivity(full: true), f => facts.Add(f));
        path.Push(0, new short[1024]);
        Assert.Equal(2, facts.Count);
        Assert.Equal(2, path.WindowsLost);
    }

    [Theory]
    [InlineData(16_000)]
    [InlineData(48_000)]
    public void A_frame_allocates_nothing(int rate)
    {
        var scored = 0;
        using var path = new InputPath(rate, Kept, new InstantActivity(full: false), _ => scored++);
        var frame = new short[rate / 50];
        var sequence = 0;
        var least = long.MaxValue;

        // The least of several rounds: tiered compilation and a collection elsewhere may show in one of them.
        for (var round = 0; round < 6; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
            {
                path.Push(sequence++, frame);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(scored > 700);
    }

    private InputPath Open(int rate) => new(rate, Kept, new InstantActivity(full: false), f => facts.Add(f));

    /// <summary>Scores each window at once, on the caller's thread.</summary>
    private sealed class InstantActivity(bool full) : IVoiceActivity
    {
        public IVoiceActivityStream Open(ISpeechScoreSink sink) => new Stream(sink, full);

        private sealed class Stream(ISpeechScoreSink sink, bool full) : IVoiceActivityStream
        {
            public bool TrySubmit(ReadOnlySpan<float> window, long endPosition)
            {
                if (!full)
                {
                    sink.OnScore(endPosition, 0.1f);
                }

                return !full;
            }

            public void Dispose()
            {
            }
        }
    }
}
