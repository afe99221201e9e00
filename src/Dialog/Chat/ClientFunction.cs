using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Conversation.Dialog.Chat;

/// <summary>A function of the client's, as a chat model is offered it.</summary>
internal sealed class ClientFunction(OfferedTool tool) : AIFunction
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("""{"type":"object","properties":{}}""").RootElement;

    public override string Name => tool.Name;

    public override string Description => tool.Description;

    public override JsonElement JsonSchema { get; } = Schema(tool.Parameters);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        await tool.Call(JsonSerializer.Serialize(new Dictionary<string, object?>(arguments)), cancellationToken).ConfigureAwait(false);

    private static JsonElement Schema(string parameters)
    {
        try
        {
            using var document = JsonDocument.Parse(parameters);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : Nothing;
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }
}
