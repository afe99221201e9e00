using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conversation.Gateway.Wire;

/// <summary>
/// One frame on its way to a client, made to be used again: its argument list and the numbers in it are part of it, so that sending one
/// boxes nothing. Base64 is written by the JSON writer straight into the send buffer.
/// </summary>
internal sealed class AudioFrame
{
    private readonly Number generation = new();
    private readonly Number position = new();
    private readonly Pcm pcm = new();

    public AudioFrame() => Arguments = [generation, position, pcm];

    /// <summary>The arguments of the client's <c>audio</c> method: generation, position, pcm.</summary>
    public object[] Arguments { get; }

    public int Generation => (int)generation.Value;

    /// <summary>How many samples it holds.</summary>
    public int Samples => pcm.Length;

    public void Fill(int toGeneration, long toPosition, ReadOnlySpan<short> samples)
    {
        generation.Value = toGeneration;
        position.Value = toPosition;
        pcm.Set(samples);
    }

    [JsonConverter(typeof(Converter))]
    internal sealed class Number
    {
        public long Value { get; set; }

        internal sealed class Converter : JsonConverter<Number>
        {
            public override Number Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

            public override void Write(Utf8JsonWriter writer, Number value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
        }
    }

    [JsonConverter(typeof(Converter))]
    internal sealed class Pcm
    {
        private short[] samples = [];

        public int Length { get; private set; }

        public void Set(ReadOnlySpan<short> from)
        {
            if (samples.Length < from.Length)
            {
                samples = new short[from.Length];
            }

            from.CopyTo(samples);
            if (!BitConverter.IsLittleEndian)
            {
                System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(samples.AsSpan(0, from.Length), samples);
            }

            Length = from.Length;
        }

        internal sealed class Converter : JsonConverter<Pcm>
        {
            public override Pcm Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

            public override void Write(Utf8JsonWriter writer, Pcm value, JsonSerializerOptions options) =>
                writer.WriteBase64StringValue(MemoryMarshal.AsBytes(value.samples.AsSpan(0, value.Length)));
        }
    }
}
