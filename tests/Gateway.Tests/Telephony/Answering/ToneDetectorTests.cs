using Conversation.Audio;
using Conversation.Gateway.Telephony.Answering;

namespace Conversation.Gateway.Tests.Telephony.Answering;

/// <summary>Beeps and what is none, as audio.</summary>
public sealed class ToneDetectorTests
{
    [Theory]
    [InlineData(8_000)]
    [InlineData(16_000)]
    public void Every_steady_tone_of_a_beeps_length_is_heard(int rate)
    {
        for (var hertz = 410.0; hertz < 2_490; hertz += 37.3)
        {
            Assert.True(Longest(Through(Sine(rate, 0.2, 3_000, hertz), rate), rate) >= ToneDetector.Frames, $"{hertz} Hz");
        }
    }

    [Fact]
    public void Noise_under_it_does_not_hide_it()
    {
        var random = new Random(3);
        var beep = Sine(8_000, 0.4, 3_000, 1_000);
        var noisy = beep.Select(sample => (short)(sample + random.Next(-900, 901))).ToArray();
        Assert.True(Longest(noisy, 8_000) >= ToneDetector.Frames);
    }

    [Fact]
    public void Too_short_or_too_low_or_too_soft_is_no_beep()
    {
        Assert.True(Longest(Sine(8_000, 0.12, 3_000, 1_000), 8_000) < ToneDetector.Frames);
        Assert.Equal(0, Longest(Sine(8_000, 1, 3_000, 300), 8_000));
        Assert.Equal(0, Longest(Sine(8_000, 1, 60, 1_000), 8_000));
    }

    [Theory]
    [InlineData(440, 480)]
    [InlineData(480, 620)]
    [InlineData(697, 1_209)]
    [InlineData(941, 1_477)]
    [InlineData(350, 440)]
    public void Two_tones_are_a_key_or_the_exchange(int low, int high)
    {
        var (one, two) = (Sine(8_000, 1, 3_000, low), Sine(8_000, 1, 3_000, high));
        Assert.True(Longest([.. one.Zip(two, (a, b) => (short)(a + b))], 8_000) < ToneDetector.Frames);
    }

    [Fact]
    public void Noise_and_gliding_and_voiced_harmonics_are_none()
    {
        var random = new Random(5);
        Assert.Equal(0, Longest([.. Enumerable.Range(0, 16_000).Select(_ => (short)random.Next(-4_000, 4_001))], 8_000));
        Assert.True(Longest([.. Enumerable.Range(0, 16_000).Select(n => (short)(3_000 * Math.Sin(2 * Math.PI * ((500 * (n / 8_000.0)) + (500 * Math.Pow(n / 8_000.0, 2))))))], 8_000) < ToneDetector.Frames);
        foreach (var pitch in new[] { 90, 130, 180, 220, 280 })
        {
            // A vowel: harmonics that weaken by 6 dB an octave.
            var vowel = Enumerable.Range(0, 16_000).Select(n => (short)Enumerable.Range(1, 12).Sum(h => 3_000.0 / h * Math.Sin(2 * Math.PI * pitch * h * n / 8_000))).ToArray();
            Assert.True(Longest(vowel, 8_000) < ToneDetector.Frames, $"{pitch} Hz");
        }
    }

    private static int Longest(short[] pcm, int rate)
    {
        var detector = new ToneDetector(rate);
        var (run, longest) = (0, 0);
        foreach (var frame in pcm.Chunk(rate / 50).Where(frame => frame.Length == rate / 50))
        {
            detector.Take(frame);
            run = detector.InTone ? run + 1 : 0;
            longest = Math.Max(longest, detector.IsBeep ? Math.Max(run, ToneDetector.Frames) : Math.Min(run, ToneDetector.Frames - 1));
        }

        return longest;
    }

    private static short[] Sine(int rate, double seconds, double level, double hertz) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(n => (short)(level * Math.Sin(2 * Math.PI * hertz * n / rate)))];

    private static short[] Through(short[] pcm, int rate)
    {
        if (rate != 8_000)
        {
            return pcm;
        }

        var law = new byte[pcm.Length];
        G711.EncodeMuLaw(pcm, law);
        var heard = new short[pcm.Length];
        G711.DecodeMuLaw(law, heard);
        return heard;
    }
}
