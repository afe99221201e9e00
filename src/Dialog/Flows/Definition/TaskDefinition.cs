using System.Text.RegularExpressions;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Something a caller may want.</summary>
internal sealed record IntentDefinition
{
    public required string Name { get; init; }

    /// <summary>In a few words, for "did you want to ... or ...?".</summary>
    public string? About { get; init; }

    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Patterns that settle the intent, whatever the examples say.</summary>
    public IReadOnlyList<Regex> Patterns { get; init; } = [];

    /// <summary>Patterns that add to the likeness.</summary>
    public IReadOnlyList<Regex> Boost { get; init; } = [];

    /// <summary>The task to begin.</summary>
    public string? Task { get; init; }

    /// <summary>The answer to give; the open question is asked again after it.</summary>
    public Prompts? Say { get; init; }

    /// <summary>The question after the answer, in place of whether there is anything else, while nothing is under way.</summary>
    public Prompts? Ask { get; init; }

    /// <summary>The task that a yes to <see cref="Ask"/> begins.</summary>
    public string? Yes { get; init; }

    /// <summary>Its examples are what the flow does not deal with: an utterance nearest to them is not understood.</summary>
    public bool Ignore { get; init; }

    /// <summary>Keys of a telephone that choose it while nothing is under way.</summary>
    public string? Keys { get; init; }

    /// <summary>A built-in command: person or goodbye.</summary>
    public string? Command { get; init; }
}

/// <summary>Something done step by step. The steps are walked from the top at every turn; what is settled is passed over, so that a correction needs no special path.</summary>
internal sealed record TaskDefinition
{
    public required string Name { get; init; }

    /// <summary>Said once on beginning.</summary>
    public Prompts? Begin { get; init; }

    /// <summary>Slots that are taken if said, but not asked for.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    public required IReadOnlyList<FlowStep> Steps { get; init; }

    /// <summary>Every slot the task understands.</summary>
    public IEnumerable<string> SlotNames => Steps.OfType<AskStep>().Select(s => s.Slot).Concat(Also).Distinct();
}

/// <summary>A step of a task.</summary>
internal abstract record FlowStep(int Line, Condition? When);

/// <summary>Asks for a slot unless it is filled.</summary>
internal sealed record AskStep(int Line, Condition? When, string Slot, Prompts? Say) : FlowStep(Line, When);

/// <summary>Fills slots that are not filled, once in a task.</summary>
internal sealed record SetStep(int Line, Condition? When, IReadOnlyDictionary<string, Template> Values) : FlowStep(Line, When);

/// <summary>Says something, once in a task.</summary>
internal sealed record SayStep(int Line, Condition? When, Prompts Say) : FlowStep(Line, When);

/// <summary>Asks whether all is right; a changed slot is confirmed anew.</summary>
internal sealed record ConfirmStep(int Line, Condition? When, Prompts Say) : FlowStep(Line, When);

/// <summary>Runs an action: one that only reads (check) at any time, one with an effect (do) once the reply is wanted.</summary>
internal sealed record ActionStep(int Line, Condition? When, string Action, bool Effect, IReadOnlyDictionary<string, Template> With, Prompts? Saying, IReadOnlyDictionary<string, OutcomeDefinition> On) : FlowStep(Line, When);

/// <summary>Ends the task, hands over or hangs up.</summary>
internal sealed record EndStep(int Line, Condition? When, OutcomeDefinition Outcome) : FlowStep(Line, When);

/// <summary>What follows from an outcome. Nothing set: go on with the next step.</summary>
internal sealed record OutcomeDefinition
{
    public Prompts? Say { get; init; }

    /// <summary>Slots to forget.</summary>
    public IReadOnlyList<string> Clear { get; init; } = [];

    /// <summary>Slots to fill, after <see cref="Clear"/>.</summary>
    public IReadOnlyDictionary<string, Template> Set { get; init; } = new Dictionary<string, Template>();

    /// <summary>The slot that <see cref="Say"/> asks for.</summary>
    public string? Ask { get; init; }

    /// <summary>Counts as a misunderstanding: the third in a row offers a person.</summary>
    public bool Miss { get; init; }

    public bool End { get; init; }

    public string? Transfer { get; init; }

    public string? HangUp { get; init; }

    public bool Passes => Say is null && Clear.Count == 0 && Set.Count == 0 && Ask is null && !Miss && !End && Transfer is null && HangUp is null;
}
