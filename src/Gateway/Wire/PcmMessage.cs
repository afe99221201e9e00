using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conversation.Sessions;
using Microsoft.Extensions.ObjectPool;

namespace Conversation.Gateway.Wire;

/// <summary>Audio from a client, decoded from base64 straight out of the receive buffer into a pooled one. What is wrong with it is a value: a converter that throws would be answered by a log line and nothing else.</summary>
internal sealed class PcmMessage
{
    private static readonly DefaultObjectPool<PcmMessage> Pool = new(new DefaultPooledObjectPolicy<PcmMessage>(), 256);
    private byte[] bytes = [];
    private int length;

    /// <summary>What is wrong, or null.</summary>
    public SessionFault? Fault { get; private set; }

    /// <summary>The samples; empty where there is a fault. Valid until <see cref="Return"/>.</summary>
    public ReadOnlySpan<short> Samples => MemoryMarshal.Cast<byte, short>(bytes.AsSpan(0, length));

    /// <summary>Gives the buffer back; call once.</summary>
    public void Return() => Pool.Return(this);

    private void Read(ref Utf8JsonReader reader)
    {
        length = 0;
        Fault = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            Fault = new SessionFault("bad_audio", "pcm must be a string: base64 of PCM16 little-endian mono samples.", "pcm");
            return;
        }

        var size = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (bytes.Length < size)
        {
            bytes = new byte[size];
        }

        try
        {
            // Unescapes as it copies: System.Text.Json's own clients write '+' as an escape.
            size = reader.CopyString(bytes);
        }
        catch (InvalidOperationException)
        {
            Fault = new SessionFault("bad_audio", "pcm is not valid text.", "pcm");
            return;
        }

        if (Base64.DecodeFromUtf8InPlace(bytes.AsSpan(0, size), out var written) != OperationStatus.Done)
        {
            Fault = new SessionFault("bad_audio", "pcm is not base64.", "pcm");
        }
        else if (written == 0 || written % 2 != 0)
        {
            Fault = new SessionFault("bad_audio", $"pcm holds {written} bytes: two for each sample, and at least one sample.", "pcm");
        }
        else
        {
            length = written;
            if (!BitConverter.IsLittleEndian)
            {
                var samples = MemoryMarshal.Cast<byte, short>(bytes.AsSpan(0, length));
                System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(samples, samples);
            }
        }
    }

    /// <summary>Reads <c>pcm</c>.</summary>
    internal sealed class Converter : JsonConverter<PcmMessage>
    {
        /// <inheritdoc/>
        public override bool HandleNull => true;

        /// <inheritdoc/>
        public override PcmMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var message = Pool.Get();
            message.Read(ref reader);
            return message;
        }

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, PcmMessage value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Audio of this kind is only received.");
    }
}
