namespace Conversation.Audio.Tests;

public class PitchTrackerTests
{
    [Theory]
    [InlineData(62)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(123.4)]
    [InlineData(180)]
    [InlineData(220)]
    [InlineData(300)]
    [InlineData(395)]
    public void ASineIsFoundWithinOnePercent(double hertz)
    {
        var tracked = Track(Signals.Sine(hertz, 16_000, 512 * 40, 0.3));
        Assert.All(tracked[2..], found => Assert.Equal(hertz, found, hertz * 0.01));
        Assert.Equal(0, tracked[0]);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(110)]
    [InlineData(175)]
    [InlineData(260)]
    [InlineData(380)]
    public void APulseTrainInNoiseIsFound(double hertz)
    {
        // A crude voice: pulses through two formants, white noise 12 dB below.
        var voice = Voice(Enumerable.Repeat(hertz, 512 * 60).ToArray());
        Add(voice, Signals.Noise(voice.Length, Math.Sqrt(3) * Math.Pow(10, (Signals.RmsDb(voice) - 12) / 20), 5));
        var tracked = Track(voice)[2..];
        Assert.InRange(tracked.Count(found => Math.Abs(found - hertz) < hertz * 0.03), tracked.Length * 0.95, tracked.Length);
    }

    [Fact]
    public void AFallingVoiceIsSeenToFall()
    {
        var contour = Enumerable.Range(0, 512 * 30).Select(i => 180 - (80.0 * i / (512 * 30))).ToArray();
        var tracked = Track(Voice(contour))[2..];
        Assert.All(tracked, found => Assert.InRange(found, 95, 185));
        for (var i = 3; i < tracked.Length; i++)
        {
            Assert.InRange(tracked[i], 0, tracked[i - 3]);
        }
    }

    [Fact]
    public void SilenceNoiseAndConstantsAreUnvoiced()
    {
        Assert.All(Track(new float[512 * 10]), found => Assert.Equal(0, found));
        Assert.All(Track(Enumerable.Repeat(0.5f, 512 * 10).ToArray())[3..], found => Assert.Equal(0, found));
        Assert.All(Track(Signals.Sine(150, 16_000, 512 * 10, 0.001)), found => Assert.Equal(0, found));
        var noise = Track(Signals.Noise(512 * 200, 0.3, 9));
        Assert.InRange(noise.Count(found => found > 0), 0, 4);
    }

    [Fact]
    public void ASampleThatIsNoNumberDoesNotStay()
    {
        var samples = Signals.Sine(150, 16_000, 512 * 10, 0.3);
        samples[700] = float.NaN;
        samples[900] = float.PositiveInfinity;
        Assert.All(Track(samples)[5..], found => Assert.Equal(150, found, 1.5));
    }

    [Fact]
    public void NothingIsAllocatedAndOtherWindowsAreRefused()
    {
        var tracker = new PitchTracker();
        var window = Signals.Sine(150, 16_000, 512, 0.3);
        Assert.Equal(0, Signals.Allocated(() => tracker.Track(window)));
        Assert.Throws<ArgumentException>(() => tracker.Track(new float[511]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PitchTracker(threshold: 0));
    }

    private static float[] Track(float[] samples)
    {
        var tracker = new PitchTracker();
        return [.. Enumerable.Range(0, samples.Length / 512).Select(window => tracker.Track(samples.AsSpan(window * 512, 512)))];
    }

    private static float[] Voice(double[] hertz)
    {
        var samples = new float[hertz.Length];
        double phase = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            phase += hertz[i] / 16_000;
            if (phase >= 1)
            {
                phase -= 1;
                for (var j = 0; j < 300 && i + j < samples.Length; j++)
                {
                    var t = j / 16_000.0;
                    samples[i + j] += (float)((0.3 * Math.Exp(-t * 250) * Math.Sin(2 * Math.PI * 550 * t)) + (0.1 * Math.Exp(-t * 400) * Math.Sin(2 * Math.PI * 1_500 * t)));
                }
            }
        }

        return samples;
    }

    private static void Add(float[] samples, float[] noise)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] += noise[i];
        }
    }
}
