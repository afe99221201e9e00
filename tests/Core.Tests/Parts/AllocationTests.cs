using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Parts;

/// <summary>Facts that come with every frame cost no allocation while nothing comes of them.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silence_and_playout_allocate_nothing(bool recorderOff)
    {
        var options = new CoreOptions();
        var session = new SessionCore(options);
        ISessionCore core = recorderOff ? new RecordingCore(session, options, null) : session;
        core.Handle(SessionInput.Opened(), TimeSpan.Zero);
        core.Handle(SessionInput.ReplyAudio(1, new(24_000_000), []), TimeSpan.Zero);
        Drain(core);
        long position = 0;
        var now = TimeSpan.Zero;
        Assert.Equal(0, Least(() =>
        {
            // Less than what makes it let go of audio.
            for (var i = 0; i < 50; i++)
            {
                now += TimeSpan.FromMilliseconds(32);
                position += 512;
                core.Handle(SessionInput.SpeechScored(new(position), 0.02f, -60, 0), now);
                core.Handle(SessionInput.Played(1, new(position)), now);
                _ = core.NextDeadline;
                while (core.TryTake(out _))
                {
                }
            }
        }));
    }

    [Fact]
    public void Speech_allocates_nothing_between_recognitions()
    {
        var core = new SessionCore(new CoreOptions { Greet = false });
        core.Handle(SessionInput.Opened(), TimeSpan.Zero);
        long position = 0;
        var now = TimeSpan.Zero;
        void Window()
        {
            now += TimeSpan.FromMilliseconds(32);
            position += 512;
            core.Handle(SessionInput.SpeechScored(new(position), 0.95f, -20, 120), now);
            _ = core.NextDeadline;
        }

        for (var i = 0; i < 40; i++)
        {
            Window();
        }

        Drain(core);
        Assert.Equal(0, Least(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                Window();
            }
        }));
    }

    // The runtime itself may allocate once in a while: the least of several tries is what the code does.
    private static long Least(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static void Drain(ISessionCore core)
    {
        while (core.TryTake(out _))
        {
        }
    }
}
