using System.Buffers;
using Conversation.Bench.Framing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Conversation.Bench;

/// <summary>
/// The wire decision: one 20 ms frame of PCM16 (640 bytes at 16 kHz in, 960 at 24 kHz out) as a hub invocation, encoded and decoded.
/// Both ways end in an <see cref="InvocationMessage"/> with boxed arguments and a fresh byte array, as a hub's dispatcher takes them.
/// </summary>
internal static class FramingBench
{
    public static void Run(Harness harness)
    {
        var json = new JsonHubProtocol(Options.Create(new JsonHubProtocolOptions()));
        foreach (var (name, message) in ((string, InvocationMessage)[])
        [
            ("Audio(sequence, pcm), 640 B", new InvocationMessage("Audio", [123_456L, Noise(640)])),
            ("audio(generation, position, pcm), 960 B", new InvocationMessage("audio", [17, 123_456L, Noise(960)])),
        ])
        {
            Console.WriteLine($" {name}");
            var binder = new Binder([.. message.Arguments.Select(argument => argument!.GetType())]);
            var text = One(harness, "JSON, base64", message, writer => json.WriteMessage(message, writer), bytes =>
            {
                var sequence = new ReadOnlySequence<byte>(bytes);
                return json.TryParseMessage(ref sequence, binder, out var parsed) ? parsed : null;
            });
            var packed = One(harness, "MessagePack", message, writer => MessagePackInvocation.Write(message, writer), bytes => MessagePackInvocation.Parse(bytes.Span));
            Harness.Line($"  JSON : MessagePack = {text.Nanoseconds / packed.Nanoseconds:0.0} : 1 in CPU, {(double)text.Size / packed.Size:0.00} : 1 in bytes");
        }
    }

    private static (double Nanoseconds, int Size) One(Harness harness, string name, InvocationMessage message, Action<IBufferWriter<byte>> write, Func<ReadOnlyMemory<byte>, HubMessage?> parse)
    {
        var buffer = new ArrayBufferWriter<byte>(8_192);
        write(buffer);
        var wire = buffer.WrittenMemory.ToArray();
        if (parse(wire) is not InvocationMessage back || !((byte[])back.Arguments[^1]!).AsSpan().SequenceEqual((byte[])message.Arguments[^1]!))
        {
            throw new InvalidOperationException($"{name} does not come back as it was sent.");
        }

        var encode = harness.Measure($"{name}: encode", () =>
        {
            buffer.ResetWrittenCount();
            write(buffer);
        });
        var decode = harness.Measure($"{name}: decode", () => parse(wire));
        var both = encode.Nanoseconds + decode.Nanoseconds;
        Harness.Line($"  {name}: {wire.Length} bytes a frame; at 1,000 frames a second {both / 1e4:0.00} % of a core, {(encode.Bytes + decode.Bytes) / 1_000:0.00} MB/s of garbage, {wire.Length * 8 / 1_000.0:0.00} Mbit/s");
        return (both, wire.Length);
    }

    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(3).NextBytes(bytes);
        return bytes;
    }

    private sealed class Binder(Type[] types) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => typeof(object);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => types;

        public Type GetStreamItemType(string streamId) => typeof(object);
    }
}
