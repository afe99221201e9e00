namespace Conversation.Dialog.Flows.Definition;

/// <summary>Keys of a telephone that mean the same in every question.</summary>
internal sealed record FlowKeys
{
    public string Yes { get; init; } = "1";

    public string No { get; init; } = "2";

    public string Repeat { get; init; } = "*";

    /// <summary>Hands over to a person; of no use where the flow knows none.</summary>
    public string Person { get; init; } = "0";

    /// <summary>How long after the last key a number is taken for whole.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>How a slot is filled by keys.</summary>
internal sealed record SlotKeys
{
    /// <summary>MMdd, ddMM, MMddyyyy, ddMMyyyy for a date; HHmm for a time; digits.</summary>
    public string Read { get; init; } = "";

    /// <summary>The value that each key stands for.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>What is said after the question, to who may press keys.</summary>
    public Prompts? Say { get; init; }

    /// <summary>Keys after which it is complete.</summary>
    public int Length { get; init; }

    /// <summary>A key that completes it.</summary>
    public string Terminator { get; init; } = "#";

    /// <summary>In place of the flow's.</summary>
    public TimeSpan? Timeout { get; init; }
}
