namespace Conversation.Dialog.Flows.Definition;

/// <summary>Ways of saying one thing. The turn chooses among those whose condition holds, so that the same call says the same and a long call varies.</summary>
internal sealed record Prompts(IReadOnlyList<(Template Text, Condition? When)> Variants)
{
    public static Prompts Of(params string[] texts) => new([.. texts.Select(t => (Template.Parse(t), (Condition?)null))]);

    /// <summary>The text for turn <paramref name="turn"/>; empty where no condition holds.</summary>
    public string Say(IFlowValues values, int turn)
    {
        var open = Variants.Where(v => v.When?.Holds(values) ?? true).ToArray();
        // What names its condition is meant for it: it goes before what always holds.
        var chosen = open.Where(v => v.When is not null).ToArray();
        var from = chosen.Length > 0 ? chosen : open;
        return from.Length == 0 ? "" : from[turn % from.Length].Text.Render(values);
    }
}

/// <summary>What templates and conditions see.</summary>
internal interface IFlowValues
{
    /// <summary>The raw value; null where unknown.</summary>
    string? Raw(string name);

    /// <summary>The value as it is said, by a filter: full, brief, spelled, raw or none.</summary>
    string Say(string name, string filter);
}
