namespace Conversation.Audio.Tests;

public class PcmTests
{
    [Fact]
    public void EveryShortSurvivesTheWayToFloatAndBack()
    {
        var all = Enumerable.Range(short.MinValue, 65_536).Select(value => (short)value).ToArray();
        var floats = new float[all.Length];
        var back = new short[all.Length];
        Pcm.ToFloat(all, floats);
        Pcm.ToShort(floats, back);
        Assert.Equal(all, back);
        Assert.Equal(-1f, floats[0]);
    }

    [Theory]
    [InlineData(1f, 32_767)]
    [InlineData(-1f, -32_768)]
    [InlineData(2f, 32_767)]
    [InlineData(float.NegativeInfinity, -32_768)]
    [InlineData(float.PositiveInfinity, 32_767)]
    [InlineData(float.NaN, 0)]
    [InlineData(1.5f / 32_768, 2)]
    [InlineData(2.5f / 32_768, 2)]
    [InlineData(-0.4f / 32_768, 0)]
    public void WhatDoesNotFitIsClippedAlikeInVectorAndTail(float value, short expected)
    {
        for (var length = 1; length < 70; length++)
        {
            var output = new short[length];
            Pcm.ToShort(Enumerable.Repeat(value, length).ToArray(), output);
            Assert.All(output, sample => Assert.Equal(expected, sample));
        }
    }

    [Fact]
    public void BytesAreLittleEndian()
    {
        var samples = new short[3];
        Assert.Equal(3, Pcm.FromBytes([0x01, 0x00, 0xFF, 0x7F, 0x00, 0x80], samples));
        Assert.Equal(new short[] { 1, 32_767, -32_768 }, samples);
        var bytes = new byte[6];
        Assert.Equal(6, Pcm.ToBytes(samples, bytes));
        Assert.Equal(new byte[] { 0x01, 0x00, 0xFF, 0x7F, 0x00, 0x80 }, bytes);
        Assert.Throws<ArgumentException>(() => Pcm.FromBytes([1, 2, 3], new short[2]));
        Assert.Throws<ArgumentException>(() => Pcm.FromBytes([1, 2, 3, 4], new short[1]));
    }

    [Fact]
    public void GainScalesAndClips()
    {
        var floats = Enumerable.Repeat(0.25f, 37).ToArray();
        Pcm.Gain(floats, Levels.FromDb(6.0206f));
        Assert.All(floats, sample => Assert.Equal(0.5f, sample, 4));
        short[] shorts = [100, -20_000, 20_000];
        Pcm.Gain(shorts, 2);
        Assert.Equal(new short[] { 200, -32_768, 32_767 }, shorts);
    }

    [Fact]
    public void LevelsFollowTheirDefinition()
    {
        var sine = Signals.Sine(1_000, 16_000, 16_000, 1);
        var shorts = new short[sine.Length];
        Pcm.ToShort(sine, shorts);
        Assert.Equal(-3.01f, Levels.RmsDb(sine), 2);
        Assert.Equal(-3.01f, Levels.RmsDb(shorts), 2);
        Assert.Equal(0, Levels.RmsDb(Enumerable.Repeat(-1f, 99).ToArray()), 4);
        Assert.Equal(Levels.FloorDb, Levels.RmsDb(new float[100]));
        Assert.Equal(Levels.FloorDb, Levels.RmsDb(ReadOnlySpan<short>.Empty));
        var peaks = new float[41];
        peaks[40] = -0.75f;
        peaks[3] = 0.5f;
        Assert.Equal(0.75f, Levels.Peak(peaks));
        Assert.Equal(1f, Levels.Peak(new short[] { 5, short.MinValue }));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var floats = new float[480];
        var shorts = new short[480];
        Assert.Equal(0, Signals.Allocated(() =>
        {
            Pcm.ToFloat(shorts, floats);
            Pcm.ToShort(floats, shorts);
            Pcm.Gain(floats, 0.9f);
            Levels.RmsDb(floats);
            Levels.Peak(floats);
        }));
    }
}
