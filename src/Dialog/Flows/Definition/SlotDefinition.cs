namespace Conversation.Dialog.Flows.Definition;

/// <summary>The kinds of value a caller can say.</summary>
internal enum SlotType
{
    /// <summary>A day.</summary>
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A string of digits.</summary>
    Digits,

    /// <summary>A person's name.</summary>
    Name,

    /// <summary>Yes or no.</summary>
    YesNo,

    /// <summary>One of a list.</summary>
    Choice,

    /// <summary>Whatever is said.</summary>
    Text,
}

/// <summary>Something the dialog wants to know.</summary>
internal sealed record SlotDefinition
{
    public required string Name { get; init; }

    public required SlotType Type { get; init; }

    public required Prompts Ask { get; init; }

    /// <summary>The more explicit question after two misunderstandings.</summary>
    public Prompts? Explain { get; init; }

    /// <summary>The question where a part is known ("next week", the first digits).</summary>
    public Prompts? Narrow { get; init; }

    /// <summary>Words a caller uses for it ("the day").</summary>
    public IReadOnlyList<string> Called { get; init; } = [];

    /// <summary>Whether it is remembered beyond the task, for the whole call.</summary>
    public bool Keep { get; init; }

    /// <summary>How it is filled by keys of a telephone.</summary>
    public SlotKeys? Keys { get; init; }

    public bool Past { get; init; }

    public TimeOnly From { get; init; } = new(7, 0);

    public TimeOnly To { get; init; } = new(18, 59);

    public long Min { get; init; }

    public long Max { get; init; } = 999_999_999;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Options { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
