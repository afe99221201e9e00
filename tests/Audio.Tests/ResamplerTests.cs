namespace Conversation.Audio.Tests;

public class ResamplerTests
{
    private static readonly int[] Rates = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

    public static TheoryData<int, int> Pairs
    {
        get
        {
            var pairs = new TheoryData<int, int>();
            foreach (var from in Rates)
            {
                foreach (var to in Rates)
                {
                    pairs.Add(from, to);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void ASineInBandComesThroughInPlaceAndClean(int from, int to)
    {
        var low = Math.Min(from, to);
        foreach (var share in (double[])[0.02, 0.2, 0.44])
        {
            var output = Resampler.Convert(Signals.Sine(share * low, from, from / 4), from, to);
            var expected = Signals.Sine(share * low, to, output.Length);
            var edge = output.Length / 5;
            Assert.InRange(Signals.SnrDb(expected.AsSpan(edge, output.Length - (2 * edge)), output.AsSpan(edge)), 70, double.MaxValue);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void WhatTheLowerRateCannotHoldIsRejected(int from, int to)
    {
        if (from <= to)
        {
            return;
        }

        foreach (var share in (double[])[0.5, 0.55, 0.7, 0.99])
        {
            var hertz = share * to;
            if (hertz < from * 0.495)
            {
                var output = Resampler.Convert(Signals.Sine(hertz, from, from / 4, 1), from, to);
                var edge = output.Length / 5;
                Assert.InRange(Signals.RmsDb(output.AsSpan(edge, output.Length - (2 * edge))), -1_000, -3 - 70);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void NoImageAppearsAboveTheInputsBand(int from, int to)
    {
        // Constant in, constant out: any ripple would be an image at a multiple of the input's rate.
        var output = Resampler.Convert(Enumerable.Repeat(0.5f, from / 10).ToArray(), from, to);
        foreach (var sample in output.AsSpan(output.Length / 4, output.Length / 2))
        {
            Assert.Equal(0.5f, sample, 5);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TheOutputDoesNotDependOnTheChunks(int from, int to)
    {
        var input = Signals.Noise(5_000, 0.8, 7);
        var whole = Run(new Resampler(from, to), input, _ => input.Length);
        Assert.Equal((((long)input.Length * to) + from - 1) / from, whole.Length);
        Assert.Equal(whole, Resampler.Convert(input, from, to));
        var random = new Random(from + to);
        Assert.Equal(whole, Run(new Resampler(from, to), input, _ => 1));
        Assert.Equal(whole, Run(new Resampler(from, to), input, _ => random.Next(0, 700)));
        Assert.Equal(whole, Run(new Resampler(from, to), input, _ => random.Next(400, 2_000)));
    }

    [Theory]
    [InlineData(48_000, 16_000, 960, 320)]
    [InlineData(24_000, 16_000, 480, 320)]
    [InlineData(8_000, 16_000, 160, 320)]
    [InlineData(44_100, 16_000, 882, 320)]
    [InlineData(11_025, 32_000, 441, 1_280)]
    public void AfterTheLatencyEveryFrameGivesItsExactShareForEver(int from, int to, int frame, int expected)
    {
        var resampler = new Resampler(from, to);
        var input = new float[frame];
        var output = new float[resampler.MaxOutput(frame)];
        var first = resampler.Process(input, output);
        Assert.Equal(expected - (int)Math.Floor((resampler.Latency.TotalSeconds * to) + 1e-6), first);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(expected, resampler.Process(input, output));
        }
    }

    [Fact]
    public void ShortsGiveWhatFloatsGiveRounded()
    {
        var input = new short[3_000];
        Pcm.ToShort(Signals.Noise(input.Length, 1.1, 3), input);
        var floats = new float[input.Length];
        Pcm.ToFloat(input, floats);
        foreach (var (from, to) in ((int, int)[])[(48_000, 16_000), (8_000, 24_000), (16_000, 16_000)])
        {
            var resampler = new Resampler(from, to);
            var shorts = new short[resampler.MaxOutput(input.Length) + resampler.MaxFlush];
            var count = resampler.Process(input, shorts);
            count += resampler.Flush(shorts.AsSpan(count));
            var mixed = new float[shorts.Length];
            var mixedCount = resampler.Process(input, mixed);
            mixedCount += resampler.Flush(mixed.AsSpan(mixedCount));
            var expected = Resampler.Convert(floats, from, to);
            var rounded = new short[expected.Length];
            Pcm.ToShort(expected, rounded);
            Assert.Equal(rounded, shorts[..count]);
            Assert.Equal(expected, mixed[..mixedCount]);
        }
    }

    [Fact]
    public void AStreamBeginsAnewAfterFlush()
    {
        var resampler = new Resampler(48_000, 16_000);
        var input = Signals.Noise(1_000, 0.5, 1);
        var first = Run(resampler, input, _ => 100);
        Assert.Equal(first, Run(resampler, input, _ => 333));
        Assert.Empty(Resampler.Convert([], 48_000, 16_000));
        Assert.Equal(0, resampler.Flush(new float[resampler.MaxFlush]));
    }

    [Fact]
    public void OtherRatesAndTooSmallOutputsAreRefusedInWords()
    {
        Assert.Contains("44100", Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(12_345, 16_000)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Resampler(8_000, 16_000).Process(new float[160], new float[160]));
        Assert.False(Resampler.Supports(0));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var resampler = new Resampler(48_000, 16_000);
        var input = new short[960];
        var output = new short[resampler.MaxOutput(960)];
        var floats = new float[960];
        var target = new float[resampler.MaxOutput(960)];
        Assert.Equal(0, Signals.Allocated(() =>
        {
            resampler.Process(input, output);
            resampler.Process(floats, target);
        }));
    }

    private static float[] Run(Resampler resampler, float[] input, Func<int, int> chunk)
    {
        var output = new List<float>();
        for (var at = 0; at < input.Length;)
        {
            var count = Math.Min(chunk(at), input.Length - at);
            var part = new float[resampler.MaxOutput(count)];
            output.AddRange(part.AsSpan(0, resampler.Process(input.AsSpan(at, count), part)));
            at += count;
        }

        var tail = new float[resampler.MaxFlush];
        output.AddRange(tail.AsSpan(0, resampler.Flush(tail)));
        return [.. output];
    }
}
