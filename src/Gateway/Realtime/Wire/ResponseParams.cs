using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conversation.Gateway.Realtime.Wire;

/// <summary>What a client wants of a single response; what is null is as in the session.</summary>
internal sealed record ResponseParams
{
    private const int MaxInput = 256;
    private const int MaxInstructions = 65_536;

    public JsonObject? Metadata { get; init; }

    public string? Instructions { get; init; }

    public bool? Speaks { get; init; }

    public JsonArray? Tools { get; init; }

    public JsonNode? ToolChoice { get; init; }

    public JsonNode? MaxTokens { get; init; }

    /// <summary>It is no part of the conversation.</summary>
    public bool Apart { get; init; }

    /// <summary>What stands for the conversation.</summary>
    public IReadOnlyList<InputItem>? Input { get; init; }

    /// <summary>Whether it asks for anything that the dialog must be told.</summary>
    public bool Shapes => Instructions is not null || Tools is not null || ToolChoice is not null || Input is not null;

    public static (ResponseParams? Params, RealtimeError? Error) Parse(JsonElement response)
    {
        var asked = new ResponseParams();
        foreach (var field in response.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            (asked, var error) = Take(asked, field.Name, field.Value);
            if (error is not null)
            {
                return (null, error);
            }
        }

        return (asked, null);
    }

    private static (ResponseParams, RealtimeError?) Take(ResponseParams asked, string name, JsonElement value)
    {
        var path = $"response.{ClientEventParser.Clip(name)}";
        switch (name, value.ValueKind)
        {
            case ("conversation", JsonValueKind.String) when value.ValueEquals("auto") || value.ValueEquals("none"):
                return (asked with { Apart = value.ValueEquals("none") }, null);
            case ("conversation", _):
                return (asked, RealtimeError.Invalid(path, "'auto' or 'none'"));
            case ("metadata", JsonValueKind.Object) when value.GetRawTextLength() <= 16_384:
                return (asked with { Metadata = JsonObject.Create(value.Clone()) }, null);
            case ("metadata", _):
                return (asked, RealtimeError.Invalid(path, "an object of at most 16 KiB"));
            case ("instructions", JsonValueKind.String) when value.GetString()!.Length <= MaxInstructions:
                return (asked with { Instructions = value.GetString() }, null);
            case ("instructions", _):
                return (asked, RealtimeError.Invalid(path, $"at most {MaxInstructions} characters"));
            case ("output_modalities", _):
                return ToolPatch.Modalities(value, path) is { } modality ? (asked, modality) : (asked with { Speaks = value[0].ValueEquals("audio") }, null);
            case ("tools", JsonValueKind.Array):
                return (asked with { Tools = JsonArray.Create(value.Clone()) }, ToolPatch.Tools(value, path));
            case ("tool_choice", _):
                return (asked with { ToolChoice = JsonNode.Parse(value.GetRawText()) }, ToolPatch.Choice(value, path));
            case ("max_output_tokens", _):
                return (asked with { MaxTokens = JsonNode.Parse(value.GetRawText()) }, ToolPatch.MaxTokens(value, path));
            case ("input", JsonValueKind.Array) when value.GetArrayLength() <= MaxInput:
                var (items, error) = ReadInput(value);
                return (asked with { Input = items }, error);
            case ("input", _):
                return (asked, RealtimeError.Invalid(path, $"at most {MaxInput} items"));
            // Nothing here depends on them.
            case ("parallel_tool_calls" or "reasoning", _):
                return (asked, null);
            default:
                return (asked, RealtimeError.NotOffered($"'{ClientEventParser.Clip(name)}' for a single response", path));
        }
    }

    private static (IReadOnlyList<InputItem>?, RealtimeError?) ReadInput(JsonElement value)
    {
        var items = new List<InputItem>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                return (null, RealtimeError.Invalid("response.input", "a list of items"));
            }

            if (ClientEventParser.Text(item, "type") == "item_reference")
            {
                if (ClientEventParser.Text(item, "id") is not { Length: > 0 } id)
                {
                    return (null, RealtimeError.Missing("response.input.id"));
                }

                items.Add(new InputItem(id, null));
                continue;
            }

            var (made, error) = ItemParser.Parse(item);
            if (error is not null)
            {
                return (null, error with { Param = error.Param?.Replace("item.", "response.input.", StringComparison.Ordinal) });
            }

            if (made is not NewItem.Message message)
            {
                return (null, RealtimeError.NotOffered("Input other than words", "response.input.type"));
            }

            items.Add(new InputItem(null, message));
        }

        return (items, null);
    }
}

/// <summary>An item of the conversation by its id, or one made for this once.</summary>
internal sealed record InputItem(string? Reference, NewItem.Message? Message);
