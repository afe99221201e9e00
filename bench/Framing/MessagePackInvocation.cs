using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Conversation.Bench.Framing;

/// <summary>
/// A non-blocking invocation in SignalR's MessagePack encoding (ASP.NET Core, SignalR/docs/specs/HubProtocol.md): a varint length, then [1, headers, nil, target, arguments, streams].
/// Written by hand for what an audio frame needs (integers and a byte array), as the package that does all of it does not restore everywhere. A real one does more, so this is its best case.
/// </summary>
internal static class MessagePackInvocation
{
    public static void Write(InvocationMessage message, IBufferWriter<byte> output)
    {
        // The length goes before the body and is not known yet: the body is written beyond the longest length and moved up.
        var body = ArrayPool<byte>.Shared.Rent(4_096);
        var length = Body(message, body);
        var span = output.GetSpan(length + 5);
        var at = 0;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            span[at++] = (byte)(rest > 0x7F ? rest | 0x80 : rest);
            if (rest <= 0x7F)
            {
                break;
            }
        }

        body.AsSpan(0, length).CopyTo(span[at..]);
        output.Advance(at + length);
        ArrayPool<byte>.Shared.Return(body);
    }

    public static InvocationMessage? Parse(ReadOnlySpan<byte> input)
    {
        var length = 0;
        var at = 0;
        for (var shift = 0; ; shift += 7)
        {
            length |= (input[at] & 0x7F) << shift;
            if ((input[at++] & 0x80) == 0)
            {
                break;
            }
        }

        var reader = new Reader(input.Slice(at, length));
        if (reader.Count(0x90) != 6 || reader.Integer() != 1 || reader.Count(0x80) != 0 || reader.Byte() != 0xC0)
        {
            return null;
        }

        var target = reader.Text();
        var arguments = new object?[reader.Count(0x90)];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = reader.IsBinary ? reader.Binary() : reader.Integer();
        }

        return new InvocationMessage(target, arguments);
    }

    private static int Body(InvocationMessage message, Span<byte> span)
    {
        var at = 0;
        span[at++] = 0x96;
        span[at++] = 1;
        span[at++] = 0x80;
        span[at++] = 0xC0;
        var name = Encoding.UTF8.GetBytes(message.Target, span[(at + 1)..]);
        span[at] = (byte)(0xA0 | name);
        at += 1 + name;
        span[at++] = (byte)(0x90 | message.Arguments.Length);
        foreach (var argument in message.Arguments)
        {
            at += argument switch
            {
                byte[] bytes => Binary(bytes, span[at..]),
                int number => Integer(number, span[at..]),
                long number => Integer(number, span[at..]),
                _ => throw new NotSupportedException($"{argument?.GetType()} is no part of an audio frame."),
            };
        }

        span[at++] = 0x90;
        return at;
    }

    private static int Binary(byte[] bytes, Span<byte> span)
    {
        span[0] = 0xC5;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)bytes.Length);
        bytes.CopyTo(span[3..]);
        return 3 + bytes.Length;
    }

    private static int Integer(long number, Span<byte> span)
    {
        if (number is >= 0 and < 128)
        {
            span[0] = (byte)number;
            return 1;
        }

        if (number is >= 0 and <= uint.MaxValue)
        {
            span[0] = 0xCE;
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)number);
            return 5;
        }

        span[0] = 0xD3;
        BinaryPrimitives.WriteInt64BigEndian(span[1..], number);
        return 9;
    }

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsBinary => _rest[0] is 0xC4 or 0xC5;

        public byte Byte() => Take(1)[0];

        /// <summary>Elements of a short array (0x90) or map (0x80); -1 for anything else.</summary>
        public int Count(byte kind)
        {
            var value = Byte();
            return (value & 0xF0) == kind ? value & 0x0F : -1;
        }

        public string Text() => Encoding.UTF8.GetString(Take(Byte() & 0x1F));

        public long Integer() => Byte() switch
        {
            < 128 and var small => small,
            0xCC => Byte(),
            0xCD => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            0xCE => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
            0xD3 => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
            var other => throw new FormatException($"0x{other:X2} is no integer."),
        };

        public byte[] Binary() => Take(Byte() == 0xC4 ? Byte() : BinaryPrimitives.ReadUInt16BigEndian(Take(2))).ToArray();

        private ReadOnlySpan<byte> Take(int count)
        {
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
