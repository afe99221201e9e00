namespace Conversation.Audio.Tests;

public class G711Tests
{
    // The digital milliwatt of G.711, table 5 (A-law) and table 6 (mu-law): 1 kHz at 0 dBm0.
    private static readonly byte[] MuLawMilliwatt = [0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E];
    private static readonly byte[] ALawMilliwatt = [0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4];

    // Table 2a: positive decision values x at which each segment begins, 14-bit, and the character signal above it.
    [Theory]
    [InlineData(0, 0xFF)]
    [InlineData(1, 0xFE)]
    [InlineData(3, 0xFD)]
    [InlineData(31, 0xEF)]
    [InlineData(95, 0xDF)]
    [InlineData(223, 0xCF)]
    [InlineData(479, 0xBF)]
    [InlineData(991, 0xAF)]
    [InlineData(2015, 0x9F)]
    [InlineData(4063, 0x8F)]
    [InlineData(7903, 0x80)]
    [InlineData(8191, 0x80)]
    public void MuLawDecisionValues(int value, byte expected)
    {
        Assert.Equal(expected, G711.EncodeMuLaw((short)(value << 2)));
        Assert.Equal(expected & 0x7F, G711.EncodeMuLaw((short)(~value << 2)));
        if (value is > 0 and < 8191)
        {
            Assert.Equal(expected + 1, G711.EncodeMuLaw((short)((value - 1) << 2)));
        }
    }

    // Table 1a: positive decision values in 12 bits and sign (here 13-bit), even bits inverted.
    [Theory]
    [InlineData(0, 0xD5)]
    [InlineData(2, 0xD4)]
    [InlineData(32, 0xC5)]
    [InlineData(64, 0xF5)]
    [InlineData(128, 0xE5)]
    [InlineData(256, 0x95)]
    [InlineData(512, 0x85)]
    [InlineData(1024, 0xB5)]
    [InlineData(2048, 0xA5)]
    [InlineData(3968, 0xAA)]
    [InlineData(4095, 0xAA)]
    public void ALawDecisionValues(int value, byte expected)
    {
        Assert.Equal(expected, G711.EncodeALaw((short)(value << 3)));
        Assert.Equal(expected & 0x7F, G711.EncodeALaw((short)(~value << 3)));
    }

    // Quantised values y of the same tables: the least, one of the middle, the largest.
    [Theory]
    [InlineData(0xFF, 0, 0xD5, 8)]
    [InlineData(0x7F, 0, 0x55, -8)]
    [InlineData(0xFE, 2 << 2, 0xD4, 24)]
    [InlineData(0x80, 8_031 << 2, 0xAA, 32_256)]
    [InlineData(0x00, -8_031 << 2, 0x2A, -32_256)]
    [InlineData(0x8F, 4_191 << 2, 0xA5, 16_896)]
    [InlineData(0xEF, 33 << 2, 0xC5, 264)]
    public void QuantisedValues(byte muLaw, short muLawValue, byte aLaw, short aLawValue)
    {
        Assert.Equal(muLawValue, G711.DecodeMuLaw(muLaw));
        Assert.Equal(aLawValue, G711.DecodeALaw(aLaw));
    }

    [Fact]
    public void EveryByteSurvivesDecodingAndEncoding()
    {
        for (var value = 0; value < 256; value++)
        {
            // Mu-law has two zeros; the negative one encodes as the positive.
            Assert.Equal(value == 0x7F ? 0xFF : value, G711.EncodeMuLaw(G711.DecodeMuLaw((byte)value)));
            Assert.Equal(value, G711.EncodeALaw(G711.DecodeALaw((byte)value)));
        }
    }

    [Fact]
    public void NoSampleErrsByMoreThanHalfAStepOfItsSegment()
    {
        for (var sample = (int)short.MinValue; sample <= short.MaxValue; sample++)
        {
            // Beyond the codec's range it clips. The low bits that the codec does not see are allowed for.
            var magnitude = Math.Min(Math.Abs(sample), 8_158 << 2);
            var segment = (int)Math.Log2((magnitude >> 2) + 33) - 5;
            var clipped = Math.Abs(sample) - magnitude;
            Assert.InRange(Math.Abs(G711.DecodeMuLaw(G711.EncodeMuLaw((short)sample)) - sample), 0, (4 << segment) + 4 + clipped);
            segment = Math.Max(1, (int)Math.Log2(Math.Max(1, Math.Abs(sample) >> 3)) - 4);
            Assert.InRange(Math.Abs(G711.DecodeALaw(G711.EncodeALaw((short)sample)) - sample), 0, (4 << segment) + 8);
        }
    }

    [Fact]
    public void TheMilliwattIsASineOfTheRightLevel()
    {
        var samples = new short[8];
        G711.DecodeMuLaw(MuLawMilliwatt, samples);
        var muLaw = Levels.RmsDb(samples);
        G711.DecodeALaw(ALawMilliwatt, samples);
        var aLaw = Levels.RmsDb(samples);

        // 0 dBm0 lies 3.17 dB (mu-law) and 3.14 dB (A-law) under a full-scale sine of the codec, 8,159 of 8,192 and 4,096 of 4,096.
        Assert.Equal(-3.01 - 3.17 + (20 * Math.Log10(8_159.0 / 8_192)), muLaw, 1);
        Assert.Equal(-3.01 - 3.14, aLaw, 1);
        var bytes = new byte[8];
        G711.EncodeALaw(samples, bytes);
        Assert.Equal(ALawMilliwatt, bytes);
    }
}
