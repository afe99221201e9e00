namespace Conversation.Audio.Tests;

public class LoudnessTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void SpeechComesToTheTargetWhateverItsPauses(double amplitude)
    {
        var sine = Signals.Sine(200, 24_000, 24_000, amplitude);
        float[] paused = [.. sine, .. new float[48_000], .. sine];
        Loudness.Normalise(sine, 24_000);
        Loudness.Normalise(paused, 24_000);
        Assert.Equal(-20, Loudness.Measure(sine, 24_000), 1);
        Assert.Equal(-20, Loudness.Measure(paused, 24_000), 1);
    }

    [Fact]
    public void SilenceIsLeftAloneAndGainIsBounded()
    {
        Assert.Equal(0, Loudness.Normalise(new float[1_000], 16_000));
        Assert.Equal(0, Loudness.Normalise([], 16_000));
        var quiet = Signals.Sine(200, 16_000, 16_000, 0.001);
        Assert.Equal(18, Loudness.Normalise(quiet, 16_000), 3);
    }

    [Fact]
    public void TheLimiterNeverExceedsOneAndKeepsTheRest()
    {
        float[] samples = [0.5f, -0.8f, 0.9f, 1.5f, -40f];
        Loudness.SoftLimit(samples);
        Assert.Equal(0.5f, samples[0]);
        Assert.Equal(-0.8f, samples[1]);
        Assert.InRange(samples[2], 0.85f, 0.9f);
        Assert.InRange(samples[3], samples[2], 1f);
        Assert.InRange(samples[4], -1f, -0.85f);
    }

    [Fact]
    public void EveryFaultOfTheOptionsIsTold()
    {
        Assert.Empty(new LoudnessOptions().Validate());
        Assert.Equal(4, new LoudnessOptions { TargetDb = 0, MaxGainDb = -1, GateDb = float.NaN, LimitFrom = 1 }.Validate().Count);
    }
}
