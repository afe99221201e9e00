using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Tests.Realtime;

/// <summary>
/// Messages recorded from real clients, mutated as JSON and as bytes: the parser gives an event or an error and never throws. Longer:
/// <c>CONVERSATION_FUZZ=10000000 ./test Gateway</c>.
/// </summary>
public sealed class RealtimeFuzzTests
{
    /// <summary>From @openai/agents 0.20.0, openai 7.55.0 and the documentation; what broke the parser once is to be added here.</summary>
    private static readonly string[] Seeds =
    [
        """{"type":"session.update","session":{"type":"realtime","instructions":"Be brief.","model":"echo","output_modalities":["audio"],"audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"noise_reduction":null,"transcription":{"model":"gpt-4o-mini-transcribe"},"turn_detection":{"type":"semantic_vad"}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"ash","speed":1}},"tool_choice":"auto","tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object","properties":{}}}]}}""",
        """{"type":"session.update","session":{"type":"realtime","tracing":"auto"}}""",
        """{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500,"idle_timeout_ms":null}}}}}""",
        """{"type":"input_audio_buffer.append","audio":"AAABAAIAAwAEAAUA","event_id":"e1"}""",
        """{"type":"input_audio_buffer.commit"}""",
        """{"type":"conversation.item.create","previous_item_id":null,"item":{"id":"i1","type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}""",
        """{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c1","output":"{\"ok\":true}"}}""",
        """{"type":"conversation.item.truncate","item_id":"i1","content_index":0,"audio_end_ms":1500}""",
        """{"type":"conversation.item.retrieve","item_id":"i1","event_id":"agents_retrieve_1"}""",
        """{"type":"conversation.item.delete","item_id":"i1"}""",
        """{"type":"response.create","response":{"metadata":{"a":"b"},"conversation":"auto"}}""",
        """{"type":"response.cancel","response_id":"r1"}""",
        """{"type":"session.update","session":{"type":"transcription","audio":{"input":{"turn_detection":{"type":"server_vad","create_response":false,"interrupt_response":false,"idle_timeout_ms":6000}}},"tool_choice":{"type":"function","name":"f"},"max_output_tokens":200}}""",
        """{"type":"conversation.item.create","previous_item_id":"root","item":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hello"},{"type":"output_audio","transcript":"there"}]}}""",
        """{"type":"conversation.item.create","previous_item_id":"i1","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAABAAIA"},{"type":"input_text","text":"and"}]}}""",
        """{"type":"response.create","response":{"conversation":"none","instructions":"Be brief.","output_modalities":["text"],"tools":[{"type":"function","name":"f","parameters":{}}],"tool_choice":"required","max_output_tokens":"inf","input":[{"type":"item_reference","id":"i1"},{"type":"message","role":"system","content":[{"type":"input_text","text":"a"}]}]}}""",
        """{"type":"output_audio_buffer.clear"}""",
    ];

    private static readonly string[] Values =
        ["null", "true", "-1", "0", "1e999", "-1e-999", "99999999999999999999", "0.5", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "\"server_vad\"", "\"audio/pcmu\"", "{\"type\":\"x\"}", "\"AQID\""];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_message_breaks_the_parser(int seed)
    {
        var random = new Random(seed);
        var most = long.Parse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ") ?? "40000", CultureInfo.InvariantCulture) / 2;
        long count = 0, events = 0;
        do
        {
            var message = Mutate(random);
            try
            {
                var parsed = ClientEventParser.Parse(message);
                Assert.True(parsed.Event is null ^ parsed.Error is null);
                if (parsed.Error is { } error)
                {
                    // Whatever came in, what goes out is JSON.
                    Assert.NotNull(JsonNode.Parse(ServerEvents.Error(error, parsed.EventId)));
                }

                events += parsed.Event is null ? 0 : 1;
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"Message {count} of seed {seed}: {Convert.ToBase64String(message)}", fault);
            }

            count++;
        }
        while (count < most);

        Assert.InRange(events / (double)count, 0.02, 0.98);
    }

    private static byte[] Mutate(Random random)
    {
        var text = Seeds[random.Next(Seeds.Length)];
        if (random.Next(4) > 0)
        {
            var root = JsonNode.Parse(text)!.AsObject();
            for (var change = random.Next(3); change > 0; change--)
            {
                Change(root, random);
            }

            text = Write(root);
        }

        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var change = random.Next(5) - 2; change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Puts another value in the place of one, takes it away, or puts it where it does not belong.</summary>
    private static void Change(JsonObject root, Random random)
    {
        var at = root;
        while (random.Next(3) > 0 && at.Select(field => field.Value).OfType<JsonObject>().ToArray() is { Length: > 0 } inner)
        {
            at = inner[random.Next(inner.Length)];
        }

        if (at.Count == 0)
        {
            return;
        }

        var name = at.ElementAt(random.Next(at.Count)).Key;
        switch (random.Next(3))
        {
            case 0:
                at.Remove(name);
                break;
            case 1:
                at[name] = Value(random);
                break;
            default:
                root[name] = at == root ? Value(random) : at[name]?.DeepClone();
                break;
        }
    }

    /// <summary>As text, where it is any: half a surrogate cannot be written.</summary>
    private static string Write(JsonObject root)
    {
        try
        {
            return root.ToJsonString();
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return Seeds[0];
        }
    }

    private static JsonNode? Value(Random random)
    {
        var text = Values[random.Next(Values.Length)];
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
