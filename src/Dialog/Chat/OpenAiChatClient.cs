using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Conversation.Dialog.Chat;

/// <summary>OpenAI's chat completions as <see cref="IChatClient"/>: text, and tools that are functions. (Microsoft.Extensions.AI.OpenAI would do, where it can be had.)</summary>
internal sealed class OpenAiChatClient(ChatClient client) : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A call's arguments come in pieces under its index; the whole call is handed on when the answer ends.
        var calls = new SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)>();
        await foreach (var update in client.CompleteChatStreamingAsync(messages.SelectMany(Convert), Convert(options), cancellationToken).ConfigureAwait(false))
        {
            var text = string.Concat(update.ContentUpdate.Select(c => c.Text));
            if (text.Length > 0)
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, text) { ResponseId = update.CompletionId, ModelId = update.Model };
            }

            foreach (var piece in update.ToolCallUpdates)
            {
                if (!calls.TryGetValue(piece.Index, out var call))
                {
                    call = (piece.ToolCallId ?? "", piece.FunctionName ?? "", new StringBuilder());
                }

                call.Id = call.Id.Length > 0 ? call.Id : piece.ToolCallId ?? "";
                call.Name = call.Name.Length > 0 ? call.Name : piece.FunctionName ?? "";
                call.Arguments.Append(piece.FunctionArgumentsUpdate is { } more && !more.ToMemory().IsEmpty ? more.ToString() : "");
                calls[piece.Index] = call;
            }
        }

        foreach (var (index, (id, name, arguments)) in calls)
        {
            // Some servers leave the id out; the answer to the call needs one all the same.
            var call = FunctionCallContent.CreateFromParsedArguments(arguments.Length == 0 ? "{}" : arguments.ToString(), id.Length > 0 ? id : $"call_{index}", name, static json => JsonSerializer.Deserialize<Dictionary<string, object?>>(json));
            yield return new ChatResponseUpdate(ChatRole.Assistant, [call]);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(client) ? client : null;

    public void Dispose()
    {
    }

    private static ChatCompletionOptions Convert(ChatOptions? options)
    {
        var converted = new ChatCompletionOptions { MaxOutputTokenCount = options?.MaxOutputTokens, Temperature = options?.Temperature };
        foreach (var tool in options?.Tools?.OfType<AIFunctionDeclaration>() ?? [])
        {
            converted.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText())));
        }

        if (converted.Tools.Count > 0)
        {
            converted.ToolChoice = options?.ToolMode switch
            {
                RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
                RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
                NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
                _ => null,
            };
        }

        return converted;
    }

    private static IEnumerable<OpenAI.Chat.ChatMessage> Convert(ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            return [new SystemChatMessage(message.Text)];
        }

        if (message.Role == ChatRole.Tool)
        {
            return message.Contents.OfType<FunctionResultContent>().Select(r => new ToolChatMessage(r.CallId, r.Result as string ?? JsonSerializer.Serialize(r.Result)));
        }

        if (message.Role != ChatRole.Assistant)
        {
            return [new UserChatMessage(message.Text)];
        }

        ChatToolCall[] calls = [.. message.Contents.OfType<FunctionCallContent>().Select(c => ChatToolCall.CreateFunctionToolCall(c.CallId, c.Name, BinaryData.FromString(JsonSerializer.Serialize(c.Arguments ?? new Dictionary<string, object?>()))))];
        if (calls.Length == 0)
        {
            return [new AssistantChatMessage(message.Text)];
        }

        var said = new AssistantChatMessage(calls);
        if (message.Text.Length > 0)
        {
            said.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        }

        return [said];
    }
}
