using System.Buffers;
using Conversation.Gateway.Telephony.AudioSocket;

namespace Conversation.Gateway.Tests.Telephony;

public class AudioSocketParserTests
{
    private static readonly byte[] Id = [0x01, 0, 16, .. Enumerable.Range(1, 16).Select(n => (byte)n)];
    private static readonly byte[] Audio = [0x10, 0x01, 0x40, .. new byte[320]];

    [Fact]
    public void A_stream_is_read_message_by_message()
    {
        var stream = Segments.Of([.. Id, .. Audio, 0x03, 0, 1, (byte)'5', 0xFF, 0, 1, 4, 0xFF, 0, 0, 0x00, 0, 0], 1_000);
        Assert.Equal(["Id 16", "Audio8 320", "Digit 1", "Error 1", "Error 0", "HangUp 0"], Read(stream, out var rest, out var outcome));
        Assert.Equal(AudioSocketRead.Incomplete, outcome);
        Assert.Equal(0, rest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(322)]
    public void It_does_not_matter_how_the_network_cut_it(int piece)
    {
        byte[] bytes = [.. Id, .. Audio, 0x12, 0x02, 0x80, .. Enumerable.Range(0, 640).Select(n => (byte)n), 0x00, 0, 0];
        var stream = Segments.Of(bytes, piece);
        List<byte> payload = [];
        while (AudioSocketParser.TryRead(ref stream, out var message) == AudioSocketRead.Message)
        {
            if (message.Kind == AudioSocketKind.Audio16)
            {
                payload.AddRange(message.Payload.ToArray());
                Assert.Equal(16_000, message.Rate);
            }
        }

        Assert.Equal(Enumerable.Range(0, 640).Select(n => (byte)n), payload);
        Assert.True(stream.IsEmpty);
    }

    [Fact]
    public void What_is_not_all_here_is_waited_for_at_every_byte()
    {
        for (var length = 0; length < Audio.Length; length++)
        {
            var part = new ReadOnlySequence<byte>(Audio, 0, length);
            Assert.Equal(AudioSocketRead.Incomplete, AudioSocketParser.TryRead(ref part, out _));
            Assert.Equal(length, part.Length);
        }
    }

    [Theory]
    [InlineData("0200")]
    [InlineData("47")] // GET /
    [InlineData("01000F")]
    [InlineData("030002")]
    [InlineData("100000")]
    [InlineData("100141")]
    [InlineData("190002")]
    public void What_is_wrong_is_known_from_its_header(string hex)
    {
        var stream = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
        Assert.Equal(AudioSocketRead.Broken, AudioSocketParser.TryRead(ref stream, out _));
    }

    /// <summary>Streams of real messages with something done to them: nothing throws, what is read does not depend on how it was cut, nothing is read twice. CONVERSATION_FUZZ sets how many messages.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(-77)]
    public void Mutated_streams_neither_throw_nor_depend_on_the_cut(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 100_000;
        for (var messages = 0; messages < most;)
        {
            var bytes = Mutate(random, out var made);
            messages += made;
            var whole = Read(new ReadOnlySequence<byte>(bytes), out var rest, out var outcome);
            var cut = Read(Segments.Of(bytes, random.Next(1, 400)), out var cutRest, out var cutOutcome);
            Assert.True(whole.SequenceEqual(cut) && rest == cutRest && outcome == cutOutcome, $"seed {seed}, after {messages}: {Convert.ToHexString(bytes)}");
            Assert.True(outcome != AudioSocketRead.Incomplete || rest <= AudioSocketParser.HeaderLength + ushort.MaxValue);
        }
    }

    private static byte[] Mutate(Random random, out int made)
    {
        List<byte> bytes = [];
        made = random.Next(1, 12);
        for (var n = 0; n < made; n++)
        {
            byte[] kinds = [0x00, 0x01, 0x03, 0x10, 0x12, 0x18, 0xFF];
            var kind = kinds[random.Next(kinds.Length)];
            var length = kind switch { 0x00 => 0, 0x01 => 16, 0x03 => 1, 0xFF => random.Next(3), _ => random.Next(1, 200) * 2 };
            var told = random.Next(20) switch { 0 => random.Next(0x10000), 1 => length + random.Next(-1, 2), _ => length };
            bytes.AddRange([random.Next(30) == 0 ? (byte)random.Next(256) : kind, (byte)(told >> 8), (byte)told]);
            var payload = new byte[length];
            random.NextBytes(payload);
            bytes.AddRange(payload);
        }

        for (var n = random.Next(3); n > 0 && bytes.Count > 2; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 5), bytes.Count - at)); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    private static List<string> Read(ReadOnlySequence<byte> stream, out long rest, out AudioSocketRead outcome)
    {
        List<string> read = [];
        while ((outcome = AudioSocketParser.TryRead(ref stream, out var message)) == AudioSocketRead.Message)
        {
            read.Add($"{message.Kind} {message.Payload.Length}");
        }

        rest = stream.Length;
        return read;
    }
}

/// <summary>A sequence in pieces.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, int piece)
    {
        Segments? first = null;
        Segments? last = null;
        for (var at = 0; at < bytes.Length; at += piece)
        {
            var next = new Segments { Memory = bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), RunningIndex = at };
            if (last is not null)
            {
                last.Next = next;
            }

            first ??= next;
            last = next;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }
}
