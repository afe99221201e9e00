using System.Text;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Tests.Realtime;

public sealed class ClientEventParserTests
{
    [Theory]
    [InlineData("input_audio_buffer.commit", typeof(ClientEvent.Commit))]
    [InlineData("input_audio_buffer.clear", typeof(ClientEvent.ClearInput))]
    [InlineData("output_audio_buffer.clear", typeof(ClientEvent.ClearOutput))]
    [InlineData("response.create", typeof(ClientEvent.CreateResponse))]
    [InlineData("response.cancel", typeof(ClientEvent.CancelResponse))]
    public void Events_without_fields_are_known(string type, Type kind)
    {
        var parsed = Parse($$"""{"type":"{{type}}","event_id":"e1"}""");
        Assert.IsType(kind, parsed.Event);
        Assert.Equal("e1", parsed.Event!.EventId);
    }

    [Fact]
    public void Audio_is_taken_out_of_its_base64() =>
        Assert.Equal([1, 2, 3, 4], Assert.IsType<ClientEvent.Append>(Parse("""{"type":"input_audio_buffer.append","audio":"AQIDBA=="}""").Event).Audio);

    [Fact]
    public void The_longest_append_is_fifteen_mebibytes()
    {
        Assert.NotNull(Parse(Append(15 * 1024 * 1024)).Event);
        Assert.Equal("audio", Parse(Append(15 * 1024 * 1024 + 4)).Error!.Param);

        static string Append(int length) => $$"""{"type":"input_audio_buffer.append","audio":"{{new string('A', length)}}"}""";
    }

    [Fact]
    public void A_truncation_names_item_part_and_place()
    {
        var cut = Assert.IsType<ClientEvent.Truncate>(Parse("""{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":1500}""").Event);
        Assert.Equal(("i", 0, 1500L), (cut.ItemId, cut.ContentIndex, cut.AudioEndMs));
    }

    [Fact]
    public void What_a_caller_typed_and_what_a_function_gave_are_items()
    {
        var typed = Assert.IsType<ClientEvent.CreateItem>(Parse("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]}}""").Event);
        Assert.Equal("a b", Assert.IsType<NewItem.Message>(typed.Item).Text);
        var given = Assert.IsType<ClientEvent.CreateItem>(Parse("""{"type":"conversation.item.create","item":{"id":"x","type":"function_call_output","call_id":"c","output":"{}"}}""").Event);
        Assert.Equal(new NewItem.FunctionOutput("x", "c", "{}"), given.Item);
    }

    [Theory]
    [InlineData("", "invalid_json", null)]
    [InlineData("[]", "invalid_json", null)]
    [InlineData("{\"type\":\"response.cancel\"", "invalid_json", null)]
    [InlineData("{}", "missing_required_parameter", "type")]
    [InlineData("""{"type":5}""", "missing_required_parameter", "type")]
    [InlineData("""{"type":"response.dance"}""", "invalid_value", "type")]
    [InlineData("""{"type":"session.update"}""", "missing_required_parameter", "session")]
    [InlineData("""{"type":"session.update","session":{"surprise":1}}""", "unknown_parameter", "session.surprise")]
    [InlineData("""{"type":"session.update","session":{"type":"translation"}}""", "not_offered", "session.type")]
    [InlineData("""{"type":"session.update","session":{"tool_choice":{"type":"mcp","server_label":"x"}}}""", "not_offered", "session.tool_choice")]
    [InlineData("""{"type":"session.update","session":{"max_output_tokens":0}}""", "invalid_value", "session.max_output_tokens")]
    [InlineData("""{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}}""", "invalid_value", "session.audio.input.format")]
    [InlineData("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"semantic_vad","idle_timeout_ms":6000}}}}}""", "invalid_value", "session.audio.input.turn_detection.idle_timeout_ms")]
    [InlineData("""{"type":"session.update","session":{"audio":{"output":{"speed":3}}}}""", "invalid_value", "session.audio.output.speed")]
    [InlineData("""{"type":"session.update","session":{"tools":[{"type":"mcp"}]}}""", "not_offered", "session.tools.type")]
    [InlineData("""{"type":"session.update","session":{"output_modalities":["text","audio"]}}""", "invalid_value", "session.output_modalities")]
    [InlineData("""{"type":"input_audio_buffer.append"}""", "missing_required_parameter", "audio")]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"***"}""", "invalid_value", "audio")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_image","image_url":"x"}]}}""", "not_offered", "item.content.type")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"system","content":[]}}""", "invalid_value", "item.content")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"system","content":[{"type":"input_audio","audio":"AAAA"}]}}""", "invalid_value", "item.content.type")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"mcp_approval_response"}}""", "not_offered", "item.type")]
    [InlineData("""{"type":"conversation.item.retrieve"}""", "missing_required_parameter", "item_id")]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":-1}""", "invalid_value", "audio_end_ms")]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"i","content_index":1,"audio_end_ms":1}""", "invalid_value", "content_index")]
    [InlineData("""{"type":"response.create","response":{"audio":{"output":{"voice":"x"}}}}""", "not_offered", "response.audio")]
    [InlineData("""{"type":"response.create","response":{"tools":[{"type":"mcp"}]}}""", "not_offered", "response.tools.type")]
    [InlineData("""{"type":"response.create","response":{"input":[{"type":"function_call_output","call_id":"c","output":""}]}}""", "not_offered", "response.input.type")]
    [InlineData("""{"type":"response.create","response":{"conversation":"other"}}""", "invalid_value", "response.conversation")]
    public void What_is_wrong_is_named(string message, string code, string? param)
    {
        var parsed = Parse(message);
        Assert.Null(parsed.Event);
        Assert.Equal((code, param), (parsed.Error!.Code, parsed.Error.Param));
    }

    [Fact]
    public void An_error_keeps_the_name_that_the_client_gave() => Assert.Equal("mine", Parse("""{"type":"nonsense","event_id":"mine"}""").EventId);

    internal static Parsed Parse(string message) => ClientEventParser.Parse(Encoding.UTF8.GetBytes(message));
}
