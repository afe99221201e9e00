using System.Buffers.Binary;
using System.Text;
using Conversation.Audio;
using Conversation.Inference.Remote.Wire;

namespace Conversation.Inference.Tests.Remote;

public class AudioDecoderTests
{
    [Fact]
    public void Pcm_comes_out_the_same_however_it_is_cut()
    {
        var samples = Ramp(997);
        var bytes = new byte[samples.Length * 2];
        Pcm.ToBytes(samples, bytes);
        foreach (var cut in new[] { 1, 2, 3, 5, 64, 5_000 })
        {
            var (heard, rate, fault) = Decode(bytes, cut);
            Assert.Null(fault);
            Assert.Equal(24_000, rate);
            Assert.Equal(samples.Select(s => s / 32_768f), heard);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_wav_is_known_by_its_first_bytes_and_tells_its_own_rate(int lengthIs)
    {
        var samples = Ramp(500);
        var file = WavFile.Write(samples, 16_000);
        if (lengthIs > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), lengthIs == 1 ? 0u : 0xFFFF_FFFF);
        }

        foreach (var cut in new[] { 1, 7, 44, 10_000 })
        {
            var (heard, rate, fault) = Decode(file, cut);
            Assert.Null(fault);
            Assert.Equal(16_000, rate);
            Assert.Equal(samples.Select(s => s / 32_768f), heard);
        }
    }

    [Fact]
    public void Chunks_around_the_samples_are_no_sound()
    {
        var file = WavFile.Write(Ramp(100), 24_000);
        byte[] list = [.. "LIST"u8, 5, 0, 0, 0, 1, 2, 3, 4, 5, 0];
        var (heard, _, fault) = Decode([.. file[..36], .. list, .. file[36..], .. list], 9);
        Assert.Null(fault);
        Assert.Equal(100, heard.Count);
    }

    [Fact]
    public void Two_channels_are_one_and_floats_are_read()
    {
        var wav = Header(3, 2, 48_000, 32, 16);
        var frames = new float[] { 0.5f, -0.25f, float.NaN, 1 };
        wav.AddRange(frames.SelectMany(BitConverter.GetBytes));
        var (heard, rate, fault) = Decode([.. wav], 3);
        Assert.Null(fault);
        Assert.Equal(48_000, rate);
        Assert.Equal([0.125f, 0f], heard);
    }

    [Theory]
    [InlineData("OggS............", "compressed")]
    [InlineData("ID3.............", "compressed")]
    [InlineData("fLaC............", "compressed")]
    [InlineData("RIFF....AVI LIST", "no WAVE")]
    public void What_is_no_sound_of_ours_is_named(string bytes, string words) =>
        Assert.Contains(words, Decode(Encoding.ASCII.GetBytes(bytes), 4).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 1, 24_000, 8, "8 bits")]
    [InlineData(85, 1, 24_000, 16, "format 85")]
    [InlineData(1, 6, 24_000, 16, "6 channels")]
    [InlineData(1, 1, 23_000, 16, "23000 Hz")]
    [InlineData(1, 1, 0, 16, "0 Hz")]
    public void A_wav_that_is_not_read_says_why(int tag, int channels, int rate, int bits, string words) =>
        Assert.Contains(words, Decode([.. Header(tag, channels, rate, bits, 4), 0, 0, 0, 0], 50).Fault, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_ends_before_its_header_says_is_torn()
    {
        var file = WavFile.Write(Ramp(500), 16_000);
        Assert.Contains("less than its header says", Decode(file[..700], 100).Fault, StringComparison.Ordinal);
        Assert.Contains("torn", Decode(file[..20], 100).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_is_taken_than_is_believed()
    {
        var decoder = new AudioDecoder(24_000, 1_000);
        var samples = new List<float>();
        Assert.NotNull(decoder.Feed(new byte[4_000], samples));
        Assert.True(decoder.TooLong);
        Assert.Equal(1_000, samples.Count);
        Assert.Contains("without end", new AudioDecoder(24_000, 1_000).Feed([.. "RIFF....WAVE"u8, .. new byte[20_000]], []), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_comes_it_neither_throws_nor_grows()
    {
        var seeds = new[]
        {
            WavFile.Write(Ramp(50), 24_000),
            [.. Header(3, 2, 48_000, 32, 64), .. new byte[64]],
            new byte[64],
            Encoding.ASCII.GetBytes("RIFF\0\0\0\0WAVELIST\xff\xff\xff\x7f"),
        };
        foreach (var (bytes, random) in Mutations.Of(seeds, 50_000))
        {
            var decoder = new AudioDecoder(24_000, 4_096);
            var samples = new List<float>();
            for (var at = 0; at < bytes.Length;)
            {
                var part = Math.Min(1 + random.Next(40), bytes.Length - at);
                if (decoder.Feed(bytes.AsSpan(at, part), samples) is not null)
                {
                    break;
                }

                at += part;
            }

            decoder.End();
            Assert.True(samples.Count <= bytes.Length / 2);
            Assert.All(samples, s => Assert.InRange(s, -4, 4));
            Assert.True(Resampler.Supports(decoder.SampleRate));
        }
    }

    internal static List<byte> Header(int tag, int channels, int rate, int bits, int length)
    {
        var header = new byte[44];
        "RIFF"u8.CopyTo(header);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), (short)tag);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), rate);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), (short)bits);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), length);
        return [.. header];
    }

    private static (List<float> Samples, int Rate, string? Fault) Decode(byte[] bytes, int cut)
    {
        var decoder = new AudioDecoder(24_000, 1 << 20);
        var samples = new List<float>();
        for (var at = 0; at < bytes.Length; at += cut)
        {
            if (decoder.Feed(bytes.AsSpan(at, Math.Min(cut, bytes.Length - at)), samples) is { } fault)
            {
                return (samples, decoder.SampleRate, fault);
            }
        }

        return (samples, decoder.SampleRate, decoder.End());
    }

    private static short[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => (short)((i * 37) - 16_000))];
}
