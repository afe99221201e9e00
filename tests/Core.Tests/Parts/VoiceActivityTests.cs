using Conversation.Core.VoiceActivity;

namespace Conversation.Core.Tests.Parts;

public sealed class VoiceActivityTests
{
    private readonly VoiceActivityTracker _tracker = new();
    private readonly VoiceActivityOptions _options = new();
    private long _at;

    [Fact]
    public void Two_windows_begin_speech_and_its_start_is_dated_back()
    {
        Assert.Equal([VoiceActivityChange.None, VoiceActivityChange.None, VoiceActivityChange.Began], Feed(0.1f, 0.6f, 0.6f));
        Assert.Equal(512, _tracker.Start.Value);
    }

    [Fact]
    public void One_sure_window_begins_speech() => Assert.Equal([VoiceActivityChange.Began], Feed(0.9f));

    [Fact]
    public void One_doubtful_window_is_dropped() => Assert.Equal([VoiceActivityChange.None, VoiceActivityChange.Dropped], Feed(0.6f, 0.2f));

    [Fact]
    public void The_end_is_the_last_window_above_the_leave_threshold()
    {
        Feed(0.9f, 0.9f, 0.4f, 0.3f, 0.4f, 0.1f);
        Assert.Equal(VoiceActivityState.Stopping, _tracker.State);
        Assert.Equal(3 * 512, _tracker.End.Value);
        Assert.Equal(TimeSpan.FromMilliseconds(96), _tracker.Pause);
    }

    [Fact]
    public void Breath_in_a_pause_does_not_resume_speech_but_two_windows_do()
    {
        Feed(0.9f, 0.9f, 0.1f, 0.1f);
        Assert.Equal([VoiceActivityChange.None, VoiceActivityChange.None], Feed(0.6f, 0.1f));
        Assert.Equal(2 * 512, _tracker.End.Value);
        Assert.Equal([VoiceActivityChange.None, VoiceActivityChange.Resumed], Feed(0.6f, 0.6f));
        Assert.Equal(6 * 512, _tracker.Resumed.Value);
        Assert.Equal(8 * 512, _tracker.End.Value);
    }

    [Fact]
    public void What_is_too_quiet_is_no_speech()
    {
        Assert.Equal(VoiceActivityChange.None, _tracker.Take(new(512), 0.99f, -75, _options.Enter, _options));
        Assert.Equal(VoiceActivityState.Quiet, _tracker.State);
    }

    private VoiceActivityChange[] Feed(params float[] probabilities) =>
        [.. probabilities.Select(p => _tracker.Take(new(_at += 512), p, -20, _options.Enter, _options))];
}
