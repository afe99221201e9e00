using Xunit.Abstractions;

namespace Conversation.Audio.Tests;

public class LossConcealerTests(ITestOutputHelper output)
{
    private const int Rate = 8_000;
    private const int Frame = Rate / 50;
    private const int Ms = Rate / 1_000;

    [Theory]
    [InlineData("speaker-0.wav")]
    [InlineData("speaker-16.wav")]
    public void Speech_with_losses_is_nearer_to_what_was_said_than_with_silence_or_the_last_frame_again(string file)
    {
        var speech = Voice(file);
        foreach (var percent in new[] { 1, 3, 5, 10 })
        {
            List<double> concealed = [], silent = [], repeated = [];
            for (var seed = 0; seed < 100 / percent; seed++)
            {
                var lost = Losses(speech.Length / Frame, percent, seed);
                concealed.AddRange(LogSpectrum.Distances(speech, Conceal(speech, lost), lost));
                silent.AddRange(LogSpectrum.Distances(speech, Fill(speech, lost, repeat: false), lost));
                repeated.AddRange(LogSpectrum.Distances(speech, Fill(speech, lost, repeat: true), lost));
            }

            var (near, again, none) = (concealed.Average(), repeated.Average(), silent.Average());
            output.WriteLine($"{file} {percent,2} % lost: concealed {near:F1} dB, the last frame again {again:F1} dB, silence {none:F1} dB");
            Assert.True(near < 0.7 * none, $"{percent} %: {near:F2} dB against {none:F2} dB of silence");
            Assert.True(near < again, $"{percent} %: {near:F2} dB against {again:F2} dB of repetition");
        }
    }

    [Fact]
    public void A_voiced_sound_goes_on_without_a_step_wherever_it_is_lost_and_comes_back()
    {
        var clean = Vowel(Rate);
        var steepest = Steepest(clean, 1, clean.Length);
        double silence = 0;
        for (var at = 4_000; at < 4_000 + 90; at++)
        {
            foreach (var length in new[] { 10, 20, 40, 60, 100 })
            {
                var heard = clean.ToArray();
                var concealer = new LossConcealer(Rate);
                concealer.Take(heard.AsSpan(0, at));
                var end = at + (length * Ms);
                concealer.Conceal(heard.AsSpan(at, end - at));
                concealer.Take(heard.AsSpan(end));
                Assert.InRange(Steepest(heard, at, at + 1), 0, 1.25 * steepest);
                Assert.InRange(Steepest(heard, at, end), 0, 1.6 * steepest);
                Assert.InRange(Steepest(heard, end, Math.Min(end + (10 * Ms), heard.Length)), 0, 1.6 * steepest);
                silence = Math.Max(silence, Math.Abs(clean[at - 1]));
            }
        }

        // What silence in its place would have done: the measure tells a click.
        Assert.True(silence > 2.5 * steepest, $"{silence} against {steepest}");
    }

    [Theory]
    [InlineData("speaker-0.wav")]
    [InlineData("speaker-16.wav")]
    public void Speech_has_no_step_about_an_edge_of_a_loss_that_it_does_not_have_nearby(string file)
    {
        var speech = Voice(file);
        var lost = Losses(speech.Length / Frame, 10, seed: 1);
        var heard = Conceal(speech, lost);
        var edges = 0;
        for (var frame = 3; frame + 1 < lost.Length; frame++)
        {
            if (lost[frame] == lost[frame - 1])
            {
                continue;
            }

            var at = frame * Frame;
            var nearby = Math.Max(Steepest(speech, at - (3 * Frame), at + Frame), 200);
            Assert.InRange(Steepest(heard, at, at + 1), 0, 1.25 * nearby);
            // Where two sounds are blended, their difference adds some.
            Assert.InRange(Steepest(heard, at - (Frame / 2), at + (Frame / 2)), 0, 2 * nearby);
            edges++;
        }

        Assert.True(edges > 20);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(16_000)]
    [InlineData(48_000)]
    public void A_loss_that_goes_on_fades_and_is_silent_after_sixty_milliseconds(int rate)
    {
        var concealer = new LossConcealer(rate);
        concealer.Take(Vowel(rate));
        var heard = new short[rate / 5];
        concealer.Conceal(heard);
        var tenth = rate / 100;
        var levels = heard.Chunk(tenth).Select(block => block.Max(sample => Math.Abs((int)sample))).ToArray();
        Assert.All(Enumerable.Range(1, 5), n => Assert.True(levels[n] < levels[n - 1] * 1.05, $"{n}: {levels[n]} after {levels[n - 1]}"));
        Assert.True(levels[0] > 5_000 && levels[5] < levels[0] / 4);
        Assert.All(heard.Skip(6 * tenth), sample => Assert.Equal(0, sample));
        Assert.Equal(heard.Length, concealer.Lost);
    }

    [Fact]
    public void A_tone_goes_on_as_if_nothing_were_missing()
    {
        short[] tone = [.. Signals.Sine(200, Rate, Rate).Select(sample => (short)(sample * 30_000))];
        var heard = tone.ToArray();
        var concealer = new LossConcealer(Rate);
        concealer.Take(heard.AsSpan(0, 4_000));
        concealer.Conceal(heard.AsSpan(4_000, 10 * Ms));
        Assert.All(Enumerable.Range(4_000, 10 * Ms), n => Assert.InRange(heard[n] - tone[n], -300, 300));
    }

    [Fact]
    public void How_a_loss_is_cut_into_calls_changes_nothing_and_nothing_is_allocated()
    {
        var (whole, cut) = (new LossConcealer(Rate), new LossConcealer(Rate));
        whole.Take(Vowel(Rate));
        cut.Take(Vowel(Rate));
        short[] once = new short[Rate / 10], parts = new short[Rate / 10];
        whole.Conceal(once);
        for (var at = 0; at < parts.Length; at += 7)
        {
            cut.Conceal(parts.AsSpan(at, Math.Min(7, parts.Length - at)));
        }

        Assert.Equal(once, parts);
        Assert.Equal(0, Signals.Allocated(() =>
        {
            whole.Take(once);
            whole.Conceal(parts);
        }));
    }

    [Fact]
    public void With_no_past_to_repeat_a_loss_is_silence_and_what_follows_is_left_alone()
    {
        var concealer = new LossConcealer(Rate);
        short[] heard = [.. Enumerable.Repeat((short)7, Frame)];
        concealer.Conceal(heard);
        Assert.All(heard, sample => Assert.Equal(0, sample));
        var next = Vowel(Rate);
        concealer.Take(next);
        Assert.Equal(Vowel(Rate), next);
        concealer.Reset();
        concealer.Conceal(heard);
        Assert.All(heard, sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void The_loudest_there_is_stays_within_what_a_sample_holds()
    {
        short[] square = [.. Enumerable.Range(0, Rate).Select(n => n / 33 % 2 == 0 ? short.MaxValue : short.MinValue)];
        var concealer = new LossConcealer(Rate);
        concealer.Take(square);
        var heard = new short[Frame];
        concealer.Conceal(heard);
        // Overflown, a sample would change its sign: as often as in the square itself, and no more.
        Assert.InRange(heard.Zip(heard.Skip(1)).Count(pair => pair.First < 0 != pair.Second < 0), 3, 7);
    }

    [Theory]
    [InlineData(7_999)]
    [InlineData(48_001)]
    public void Other_rates_are_not_taken(int rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new LossConcealer(rate));

    /// <summary>Harmonics of 110 Hz with the tilt of a voice.</summary>
    private static short[] Vowel(int rate) => [.. Enumerable.Range(0, rate / 2 * 2).Select(n => (short)(6_000 * Enumerable.Range(1, 8).Sum(k => Math.Sin((2 * Math.PI * 110 * k * n / rate) + (0.7 * k * k)) / (k * k) * 1.2)))];

    private static double Steepest(short[] samples, int from, int to) => Enumerable.Range(from, to - from).Max(n => Math.Abs(samples[n] - samples[n - 1]));

    private static short[] Voice(string file)
    {
        var audio = WavFile.Read(Path.Combine(AppContext.BaseDirectory, "Voices", file));
        var resampler = new Resampler(audio.SampleRate, Rate);
        var resampled = new float[resampler.MaxOutput(audio.Samples.Length)];
        var count = resampler.Process(audio.Samples, resampled);
        var samples = new short[count / Frame * Frame];
        Pcm.ToShort(resampled.AsSpan(0, samples.Length), samples);
        return samples;
    }

    /// <summary>Which frames are lost: each by itself, none at the beginning.</summary>
    private static bool[] Losses(int frames, int percent, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, frames).Select(frame => random.Next(100) < percent && frame > 5)];
    }

    private static short[] Conceal(short[] speech, bool[] lost)
    {
        var heard = speech.ToArray();
        var concealer = new LossConcealer(Rate);
        for (var frame = 0; frame < lost.Length; frame++)
        {
            var span = heard.AsSpan(frame * Frame, Frame);
            if (lost[frame])
            {
                concealer.Conceal(span);
            }
            else
            {
                concealer.Take(span);
            }
        }

        return heard;
    }

    private static short[] Fill(short[] speech, bool[] lost, bool repeat)
    {
        var heard = speech.ToArray();
        for (var frame = 0; frame < lost.Length; frame++)
        {
            if (lost[frame] && repeat)
            {
                heard.AsSpan((frame - 1) * Frame, Frame).CopyTo(heard.AsSpan(frame * Frame));
            }
            else if (lost[frame])
            {
                heard.AsSpan(frame * Frame, Frame).Clear();
            }
        }

        return heard;
    }

    /// <summary>How far two recordings' spectra are apart: root mean square, in dB, over bands of 100 Hz with a floor 40 dB below the speech's mean.</summary>
    private static class LogSpectrum
    {
        private const int Band = 2;
        private static readonly double[] Cosines = [.. Enumerable.Range(0, Frame).Select(n => Math.Cos(2 * Math.PI * n / Frame))];

        /// <summary>For each lost frame of 20 ms: of its window, and of those that lie half over what is before it and what is after it.</summary>
        public static IEnumerable<double> Distances(short[] expected, short[] actual, bool[] lost)
        {
            var floor = expected.Average(sample => (double)sample * sample) * Frame / 1e4;
            foreach (var frame in Enumerable.Range(1, lost.Length - 2).Where(frame => lost[frame]))
            {
                for (var half = -1; half <= 1; half++)
                {
                    var at = (frame * Frame) + (half * Frame / 2);
                    var (one, other) = (Bands(expected.AsSpan(at, Frame)), Bands(actual.AsSpan(at, Frame)));
                    yield return Math.Sqrt(one.Zip(other).Average(pair => Math.Pow(10 * Math.Log10((pair.First + floor) / (pair.Second + floor)), 2)));
                }
            }
        }

        private static double[] Bands(ReadOnlySpan<short> samples)
        {
            var bands = new double[Frame / 2 / Band];
            for (var bin = 0; bin < Frame / 2; bin++)
            {
                double real = 0, imaginary = 0;
                for (var n = 0; n < Frame; n++)
                {
                    var windowed = samples[n] * (0.5 - (0.5 * Cosines[n]));
                    real += windowed * Cosines[bin * n % Frame];
                    imaginary += windowed * Cosines[((bin * n) + (Frame / 4)) % Frame];
                }

                bands[bin / Band] += ((real * real) + (imaginary * imaginary)) / Band;
            }

            return bands;
        }
    }
}
