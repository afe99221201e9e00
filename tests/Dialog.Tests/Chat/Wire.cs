using System.Text.Json;

namespace Conversation.Dialog.Tests.Chat;

/// <summary>Answers as OpenAI's chat completions and Anthropic's messages stream them.</summary>
internal static class Wire
{
    public static string[] OpenAiText(params string[] pieces) =>
    [
        OpenAi(new { role = "assistant", content = "" }),
        .. pieces.Select(p => OpenAi(new { content = p })),
        OpenAi(new { }, "stop"),
        "data: [DONE]",
    ];

    public static string[] OpenAiTool(string name, params string[] arguments) =>
    [
        OpenAi(new { role = "assistant", content = (string?)null, tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name, arguments = "" } } } }),
        .. arguments.Select(a => OpenAi(new { tool_calls = new[] { new { index = 0, function = new { arguments = a } } } })),
        OpenAi(new { }, "tool_calls"),
        "data: [DONE]",
    ];

    public static string OpenAi(object delta, string? finish = null) =>
        "data: " + JsonSerializer.Serialize(new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "m", choices = new[] { new { index = 0, delta, finish_reason = finish } } });

    public static string[] AnthropicText(params string[] pieces) =>
    [
        AnthropicStart(),
        Event("content_block_start", new { type = "content_block_start", index = 0, content_block = new { type = "text", text = "" } }),
        .. pieces.Select(p => Event("content_block_delta", new { type = "content_block_delta", index = 0, delta = new { type = "text_delta", text = p } })),
        Event("content_block_stop", new { type = "content_block_stop", index = 0 }),
        .. AnthropicEnd("end_turn"),
    ];

    public static string[] AnthropicTool(string name, params string[] arguments) =>
    [
        AnthropicStart(),
        Event("content_block_start", new { type = "content_block_start", index = 0, content_block = new { type = "tool_use", id = "toolu_1", name, input = new { } } }),
        .. arguments.Select(a => Event("content_block_delta", new { type = "content_block_delta", index = 0, delta = new { type = "input_json_delta", partial_json = a } })),
        Event("content_block_stop", new { type = "content_block_stop", index = 0 }),
        .. AnthropicEnd("tool_use"),
    ];

    public static string AnthropicStart() =>
        Event("message_start", new { type = "message_start", message = new { id = "msg_1", type = "message", role = "assistant", content = Array.Empty<object>(), model = "m", stop_reason = (string?)null, stop_sequence = (string?)null, usage = new { input_tokens = 1, output_tokens = 1 } } });

    public static string[] AnthropicEnd(string reason) =>
    [
        Event("message_delta", new { type = "message_delta", delta = new { stop_reason = reason, stop_sequence = (string?)null }, usage = new { output_tokens = 5 } }),
        Event("message_stop", new { type = "message_stop" }),
    ];

    private static string Event(string name, object data) => $"event: {name}\ndata: {JsonSerializer.Serialize(data)}";
}
