using System.Buffers;
using System.Text.Json;

namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>Writes what the server says. Numbers and order are the line's.</summary>
internal static class HookReply
{
    public static byte[] Opened(HookHead head, HookMedia? media, IReadOnlyList<string>? languages) => Write(head, "opened", writer =>
    {
        writer.WriteStartArray("media");
        if (media is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("type", media.Type);
            writer.WriteString("format", media.Format);
            writer.WriteStartArray("channels");
            foreach (var channel in media.Channels)
            {
                writer.WriteStringValue(channel);
            }

            writer.WriteEndArray();
            writer.WriteNumber("rate", media.Rate);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (languages is not null)
        {
            writer.WriteStartArray("supportedLanguages");
            foreach (var language in languages)
            {
                writer.WriteStringValue(language);
            }

            writer.WriteEndArray();
        }
    });

    /// <summary>"pong", "updated", "closed": that and no more.</summary>
    public static byte[] Plain(HookHead head, string type) => Write(head, type, static _ => { });

    /// <summary>Has the client drop what it has yet to play.</summary>
    public static byte[] BargeIn(HookHead head) => Write(head, "event", static writer =>
    {
        writer.WriteStartArray("entities");
        writer.WriteStartObject();
        writer.WriteString("type", "barge_in");
        writer.WriteStartObject("data");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    });

    /// <summary>Asks the client to close. Reason: completed, error, unauthorized.</summary>
    public static byte[] Disconnect(HookHead head, string reason, string info, IReadOnlyDictionary<string, string> variables) => Write(head, "disconnect", writer =>
    {
        writer.WriteString("reason", reason);
        writer.WriteString("info", info);
        writer.WriteStartObject("outputVariables");
        foreach (var (name, value) in variables)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    });

    private static byte[] Write(HookHead head, string type, Action<Utf8JsonWriter> parameters)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "2");
            writer.WriteString("type", type);
            writer.WriteNumber("seq", head.Seq);
            writer.WriteNumber("clientseq", head.ClientSeq);
            writer.WriteString("id", head.Id);
            writer.WriteStartObject("parameters");
            parameters(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}

/// <summary>What every message of the server begins with.</summary>
internal readonly record struct HookHead(string Id, long Seq, long ClientSeq);
