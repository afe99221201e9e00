using System.Buffers.Binary;

namespace Conversation.Audio.Tests;

public class WavFileTests
{
    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        short[] samples = [0, 1, -1, short.MaxValue, short.MinValue, 12_345];
        Assert.True(WavFile.TryRead(WavFile.Write(samples, 22_050), out var audio, out var error), error);
        Assert.Equal((22_050, 1, WavEncoding.Pcm, 16), (audio.SampleRate, audio.Channels, audio.Encoding, audio.BitsPerSample));
        var back = new short[samples.Length];
        Pcm.ToShort(audio.Samples, back);
        Assert.Equal(samples, back);
        Assert.Equal(6 / 22_050.0, audio.Duration.TotalSeconds, 6);
        Assert.Equal(WavFile.Write(samples, 22_050), WavFile.Write(audio.Samples, 22_050));
    }

    [Theory]
    [InlineData(1, 8, new byte[] { 0xC0 }, 0.5f)]
    [InlineData(1, 16, new byte[] { 0x00, 0xC0 }, -0.5f)]
    [InlineData(1, 24, new byte[] { 0x00, 0x00, 0xC0 }, -0.5f)]
    [InlineData(1, 24, new byte[] { 0xFF, 0xFF, 0xFF }, -1 / 8_388_608f)]
    [InlineData(1, 32, new byte[] { 0x00, 0x00, 0x00, 0x40 }, 0.5f)]
    [InlineData(3, 32, new byte[] { 0x00, 0x00, 0x00, 0x3F }, 0.5f)]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xE0, 0x3F }, 0.5f)]
    [InlineData(3, 32, new byte[] { 0x00, 0x00, 0xC0, 0x7F }, 0f)]
    [InlineData(7, 8, new byte[] { 0x80 }, 32_124 / 32_768f)]
    [InlineData(6, 8, new byte[] { 0x2A }, -32_256 / 32_768f)]
    public void EveryEncodingIsRead(int tag, int bits, byte[] frame, float expected)
    {
        foreach (var extensible in (bool[])[false, true])
        {
            Assert.True(WavFile.TryRead(Make(tag, bits, 1, 8_000, [.. frame, .. frame], extensible), out var audio, out var error), error);
            Assert.Equal([expected, expected], audio.Samples);
            Assert.True(WavFile.TryRead(Make(tag, bits, 3, 48_000, [.. frame, .. frame, .. frame], extensible), out audio, out error), error);
            Assert.Equal(expected, Assert.Single(audio.Samples), 6);
            Assert.Equal(3, audio.Channels);
        }
    }

    [Fact]
    public void ChannelsAreMixedByTheirMean()
    {
        Assert.True(WavFile.TryRead(Make(1, 16, 2, 16_000, [0, 0x40, 0, 0x20, 0, 0x40, 0, 0xC0], false), out var audio, out _));
        Assert.Equal([0.375f, 0f], audio.Samples);
    }

    [Fact]
    public void OtherChunksArePassedOverAndAHalfFrameIsDropped()
    {
        var plain = Make(1, 16, 1, 16_000, [0, 0x40, 7], false);
        byte[] withList = [.. plain[..12], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. plain[12..]];
        Assert.True(WavFile.TryRead(withList, out var audio, out var error), error);
        Assert.Equal([0.5f], audio.Samples);
    }

    [Theory]
    [InlineData(0xFFFF_FFFF)]
    [InlineData(0x7FFF_FFFF)]
    public void AStreamWithoutALengthIsReadToItsEnd(uint length)
    {
        var file = Make(1, 16, 1, 16_000, [0, 0x40, 0, 0x20], false);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), length);
        Assert.True(WavFile.TryRead(file, out var audio, out _));
        Assert.Equal(2, audio.Samples.Length);
    }

    [Fact]
    public void ATornFileIsToldAsSuchWhereverItIsCut()
    {
        var whole = WavFile.Write(new short[100], 16_000);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(WavFile.TryRead(whole.AsSpan(0, length), out _, out var error));
            Assert.Contains(length < 12 ? "Not a RIFF" : "Torn", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, 4, 1, 8_000, "Format 2")]
    [InlineData(1, 12, 1, 8_000, "12 bits")]
    [InlineData(1, 16, 0, 8_000, "0 channels")]
    [InlineData(1, 16, 65, 8_000, "65 channels")]
    [InlineData(1, 16, 1, 0, "rate of 0")]
    public void WhatIsNotSupportedIsNamed(int tag, int bits, int channels, int rate, string words)
    {
        Assert.False(WavFile.TryRead(Make(tag, bits, channels, rate, [0, 0], false), out var audio, out var error));
        Assert.Null(audio);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileErrorNamesTheFile()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "no recording");
        try
        {
            Assert.StartsWith(path, Assert.Throws<FormatException>(() => WavFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void MutatedFilesNeverThrow()
    {
        byte[][] seeds =
        [
            WavFile.Write(new short[64], 16_000),
            Make(3, 32, 2, 48_000, new byte[256], true),
            Make(7, 8, 1, 8_000, new byte[77], false),
            Make(1, 24, 6, 44_100, new byte[180], true),
        ];
        var random = new Random(1);
        var good = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var file = (byte[])seeds[round % seeds.Length].Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                file[random.Next(Math.Min(file.Length, 72))] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => 0xFF,
                    _ => 0,
                };
            }

            var cut = random.Next(4) == 0 ? random.Next(file.Length) : file.Length;
            if (WavFile.TryRead(file.AsSpan(0, cut), out var audio, out var error))
            {
                good++;
                Assert.Null(error);
                Assert.All(audio.Samples, sample => Assert.True(float.IsFinite(sample)));
                Assert.True(audio.Samples.Length <= file.Length && audio.SampleRate > 0);
            }
            else
            {
                Assert.False(string.IsNullOrWhiteSpace(error));
            }
        }

        Assert.InRange(good, 1_000, 190_000);
    }

    private static byte[] Make(int tag, int bits, int channels, int rate, byte[] data, bool extensible)
    {
        var format = new byte[extensible ? 40 : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)(extensible ? 0xFFFE : tag));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), rate);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(8), rate * channels * bits / 8);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        if (extensible)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(24), (ushort)tag);
        }

        return
        [
            .. "RIFF"u8, .. BitConverter.GetBytes(20 + format.Length + data.Length), .. "WAVEfmt "u8, .. BitConverter.GetBytes(format.Length), .. format,
            .. "data"u8, .. BitConverter.GetBytes(data.Length), .. data,
        ];
    }
}
