using Conversation.Core.Endpointing;

namespace Conversation.Core.Tests.Parts;

public sealed class EndpointingTests
{
    [Theory]
    [InlineData(1, 0, ExpectedAnswer.Open, 320)]
    [InlineData(0.86f, 0, ExpectedAnswer.Open, 320)]
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
            prosody.Take(new(i * 512), (float)(160 + (i > 25 ? hertzPerSecond * (i - 25) * 0.032 : 0)));
        }

        Assert.Equal(falls, prosody.Judge(new(40 * 512)) > 0.05f);
    }

    [Fact]
    public void Without_pitch_the_voice_says_nothing()
    {
        var prosody = new Prosody();
        for (var i = 1; i <= 40; i++)
        {
            prosody.Take(new(i * 512), 0);
        }

        Assert.Equal(0, prosody.Judge(new(40 * 512)));
    }
}
