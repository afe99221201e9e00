using Conversation.Sessions.Pump;

namespace Conversation.Sessions.Tests.Pump;

public sealed class ClientLinkTests
{
    private readonly ClientLink link = new();
    private readonly RecordingClient first = new();
    private readonly RecordingClient second = new();

    [Fact]
    public void Audio_waits_until_whoever_came_back_was_put_where_it_had_heard_to()
    {
        link.Attach(first);
        Assert.True(link.TrySendAudio(1, 0, [1, 2]));
        link.Attach(second, holdAudio: true);
        Assert.False(link.TrySendAudio(1, 2, [3]));
        link.ReleaseAudio();
        Assert.True(link.TrySendAudio(1, 0, [1, 2]));
        Assert.Equal(["audio 1 0+2", "Closed"], first.Lines);
        Assert.Equal(["audio 1 0+2"], second.Lines);
    }

    [Fact]
    public void Taken_over_twice_in_a_row_audio_waits_for_the_last()
    {
        link.Attach(first, holdAudio: true);
        link.Attach(second, holdAudio: true);
        link.ReleaseAudio();
        Assert.False(link.TrySendAudio(1, 0, [1]));
        link.ReleaseAudio();
        Assert.True(link.TrySendAudio(1, 0, [1]));
    }

    [Fact]
    public void What_is_told_to_nobody_is_kept_for_whoever_comes_back()
    {
        link.Attach(first);
        Assert.True(link.Detach(first));
        Assert.False(link.Detach(first));
        link.Send(new SessionEvent.PlayoutPaused(3));
        Assert.False(link.TrySendAudio(3, 0, [1]));
        link.Attach(second);
        Assert.Equal(["paused 3"], second.Lines);
        Assert.Empty(first.Lines);
    }
}
