using Conversation.Core.Endpointing;

namespace Conversation.Core.Tests.Parts;

public sealed class EndpointingTests
{
    [Theory]
    [InlineData(1, 0, ExpectedAnswer.Open, 320)]
    [InlineData(0.9f, 0, ExpectedAnswer.Open, 320)]
    [InlineData(0.88f, 0, ExpectedAnswer.Open, 512)]
    [InlineData(0.86f, 0, ExpectedAnswer.Open, 704)]
    [InlineData(0.7f, 0, ExpectedAnswer.Open, 704)]
    [InlineData(0.7f, 1.5f, ExpectedAnswer.Open, 320)]
    [InlineData(0.7f, -2.5f, ExpectedAnswer.Open, 736)]
    [InlineData(0.1f, 0, ExpectedAnswer.Open, 736)]
    [InlineData(0, 1.5f, ExpectedAnswer.Open, 736)]
    [InlineData(0.1f, 0, ExpectedAnswer.Digits, 1_200)]
    public void The_pause_follows_words_and_voice(float words, float voice, ExpectedAnswer expected, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), EndpointingPolicy.Estimate(words, voice, expected, EndpointingOptions.Balanced).Pause);

    [Fact]
    public void More_complete_never_waits_longer()
    {
        var before = TimeSpan.MaxValue;
        for (var score = 0f; score <= 1; score += 0.01f)
        {
            var pause = EndpointingPolicy.Estimate(score, 0, ExpectedAnswer.Open, EndpointingOptions.Patient).Pause;
            Assert.True(pause <= before);
            before = pause;
        }
    }

    [Theory]
    [InlineData(-160, true)]
    [InlineData(0, false)]
    public void A_falling_voice_counts_for_the_end(double hertzPerSecond, bool falls)
    {
        var prosody = new Prosody();
        for (var i = 1; i <= 40; i++)
        {
            prosody.Take(new(i * 512), (float)(160 + (i > 25 ? hertzPerSecond * (i - 25) * 0.032 : 0)), -20);
        }

        Assert.Equal(falls, prosody.Judge(new(40 * 512)) > 0.05f);
    }

    [Theory]
    [InlineData(8, -30, 2)]
    [InlineData(2, -30, 0.9f)]
    [InlineData(8, -45, 0.2f)]
    public void A_voice_that_ends_in_creak_has_fallen_though_its_last_pitch_was_high(int windows, float levelDb, float atMost)
    {
        var prosody = new Prosody();
        for (var i = 1; i <= 40; i++)
        {
            prosody.Take(new(i * 512), i > 36 ? 230 : 170 + (i % 5 * 4), -20);
        }

        var high = prosody.Judge(new(40 * 512));
        for (var i = 41; i <= 40 + windows; i++)
        {
            prosody.Take(new(i * 512), 0, levelDb);
        }

        var after = prosody.Judge(new((40 + windows) * 512));
        Assert.InRange(high, -3.2f, -0.8f);
        Assert.InRange(after, high, atMost);
        Assert.Equal(windows > 6 && levelDb > -38, after > 1.9f);
    }

    [Fact]
    public void Creak_of_before_is_forgotten_in_what_is_said_next()
    {
        var prosody = new Prosody();
        for (var i = 1; i <= 60; i++)
        {
            prosody.Take(new(i * 512), i <= 40 ? 170 : 0, -20);
        }

        Assert.Equal(2, prosody.Judge(new(60 * 512)));
        Assert.Equal(0, prosody.Judge(new(120 * 512)));
        prosody.Take(new(121 * 512), 0, -20);
        Assert.Equal(0, prosody.Judge(new(121 * 512)));
    }

    [Fact]
    public void What_the_voice_was_is_kept_when_it_is_written_down()
    {
        var (one, other) = (new Prosody(), new Prosody());
        for (var i = 1; i <= 44; i++)
        {
            one.Take(new(i * 512), i <= 40 ? 140 + (i * 2) : 0, -20);
        }

        var state = new double[Prosody.StateSize];
        one.Save(state);
        other.Load(state);
        Assert.NotEqual(0, one.Judge(new(44 * 512)));
        Assert.Equal(one.Judge(new(44 * 512)), other.Judge(new(44 * 512)));
    }

    [Fact]
    public void Without_pitch_the_voice_says_nothing()
    {
        var prosody = new Prosody();
        for (var i = 1; i <= 40; i++)
        {
            prosody.Take(new(i * 512), 0, -20);
        }

        Assert.Equal(0, prosody.Judge(new(40 * 512)));
    }
}
