using Conversation.Sessions.Pump;

namespace Conversation.Sessions.Tests.Pump;

public sealed class SpeakerVoiceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(4);
    private static readonly float[] Caller = [1, 0, 0];
    private static readonly float[] Alike = [0.8f, 0.6f, 0];
    private static readonly float[] Other = [0, 0, 1];

    [Fact]
    public void The_first_voice_is_the_caller_s()
    {
        Assert.Equal((1f, true), new SpeakerVoice().Take(Caller, Long));
    }

    [Fact]
    public void Another_voice_is_told_and_not_taken_in()
    {
        var voice = new SpeakerVoice();
        voice.Take(Caller, Long);
        var (likeness, same) = voice.Take(Other, Long);
        Assert.Equal((0f, false), (likeness, same));
        Assert.Equal(Caller, voice.Known.Mean);
    }

    [Fact]
    public void A_voice_hardly_known_judges_nobody()
    {
        var voice = new SpeakerVoice();
        voice.Take(Caller, TimeSpan.FromSeconds(1));
        Assert.True(voice.Take(Other, Long).Same);
    }

    [Fact]
    public void The_mean_follows_the_voice_by_how_long_it_spoke_and_stays_of_unit_length()
    {
        var voice = new SpeakerVoice();
        voice.Take(Caller, Long);
        var (likeness, same) = voice.Take(Alike, Long);
        Assert.Equal(0.8f, likeness, 3);
        Assert.True(same);
        var (mean, seconds) = voice.Known;
        Assert.Equal(8, seconds);
        Assert.Equal(1, Math.Sqrt(mean!.Sum(x => x * x)), 3);
        Assert.Equal(0.9487, mean![0], 3);
    }

    [Fact]
    public void A_voice_that_moved_is_still_known()
    {
        var voice = new SpeakerVoice();
        voice.Take(Caller, Long);
        var (mean, seconds) = voice.Known;
        Assert.False(new SpeakerVoice(mean, seconds).Take(Other, Long).Same);
        Assert.True(new SpeakerVoice([], 0).Take(Other, Long).Same);
    }
}
