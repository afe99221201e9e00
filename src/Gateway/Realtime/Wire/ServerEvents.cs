using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Talk;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>Events of the dialect as bytes. Each has its <c>type</c> and an <c>event_id</c> of its own.</summary>
internal static class ServerEvents
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(string type, JsonObject fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Plain.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("event_id", Ids.New("event"));
            foreach (var (name, value) in fields)
            {
                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer, Plain);
                }
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What was wrong with the event that the client called <paramref name="eventId"/>.</summary>
    public static byte[] Error(RealtimeError error, string? eventId = null) => Write("error", new JsonObject { ["error"] = error.ToJson(eventId) });

    /// <summary>A frame of a response.</summary>
    public static ReadOnlyMemory<byte> AudioDelta(Response response, ReadOnlySpan<short> pcm)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(pcm.Length * 2);
        try
        {
            var length = WireAudio.Encode(response.Format, pcm, bytes);
            var buffer = new ArrayBufferWriter<byte>((length * 4 / 3) + 320);
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, "response.output_audio.delta"u8);
                writer.WriteString("event_id"u8, Ids.New("event"));
                writer.WriteString("response_id"u8, response.Id);
                writer.WriteString("item_id"u8, response.Item.Id);
                writer.WriteNumber("output_index"u8, 0);
                writer.WriteNumber("content_index"u8, 0);
                writer.WriteBase64String("delta"u8, bytes.AsSpan(0, length));
                writer.WriteEndObject();
            }

            return buffer.WrittenMemory;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
