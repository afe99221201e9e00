using System.Text.Json;
using System.Text.Json.Serialization;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>What a flow waits for.</summary>
internal enum Awaiting
{
    /// <summary>Anything: nothing is under way.</summary>
    Open,

    /// <summary>A slot.</summary>
    Slot,

    /// <summary>That all is right.</summary>
    Confirm,

    /// <summary>What to change.</summary>
    Change,

    /// <summary>Whether there is anything else.</summary>
    Else,

    /// <summary>Whether to hand over to a person.</summary>
    Person,

    /// <summary>Which of two intents was meant.</summary>
    Which,

    /// <summary>Whether to begin the task that was offered.</summary>
    Offer,
}

/// <summary>Where a conversation stands, between two turns. Read from JSON at the beginning of a turn and written at its end: a reply that is thrown away changes nothing.</summary>
internal sealed class FlowState
{
    public int Turn { get; set; }

    public string? Task { get; set; }

    /// <summary>Counts tasks begun, for the key of their effects.</summary>
    public int Instance { get; set; }

    /// <summary>The task finished last, which a correction opens again.</summary>
    public string? Last { get; set; }

    public SortedDictionary<string, string> Slots { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Values from actions.</summary>
    public SortedDictionary<string, string> Values { get; set; } = new(StringComparer.Ordinal);

    public Awaiting Awaiting { get; set; }

    /// <summary>The slot awaited; for <see cref="Awaiting.Which"/> the two intents, joined by "|".</summary>
    public string? About { get; set; }

    /// <summary>The confirmation that was answered with yes, word for word.</summary>
    public string? Confirmed { get; set; }

    /// <summary>What was said when it was asked which of two intents was meant: its values are taken with the answer.</summary>
    public string? Doubted { get; set; }

    /// <summary>Checks that passed, by step, with the arguments they passed for.</summary>
    public SortedDictionary<int, string> Passed { get; set; } = [];

    /// <summary>Steps of the task that were said or done.</summary>
    public SortedSet<int> Done { get; set; } = [];

    /// <summary>Whether the caller answered with keys.</summary>
    public bool ByKeys { get; set; }

    public int Misses { get; set; }

    /// <summary>Outcomes of the task that count as misunderstandings.</summary>
    public int Failures { get; set; }

    public int Idle { get; set; }

    /// <summary>The open question.</summary>
    public string Question { get; set; } = "";

    /// <summary>The last reply, whole, for what was not heard of it.</summary>
    public string Said { get; set; } = "";

    /// <summary>What the last reply told that was new: what is said again on "sorry?".</summary>
    public string Told { get; set; } = "";

    /// <summary>Values that "the first one" chooses from, and for which slot.</summary>
    public List<string> Offers { get; set; } = [];

    /// <summary>What was waited for when a person was offered.</summary>
    public Awaiting Before { get; set; }

    public static FlowState Read(string? json)
    {
        try
        {
            return json is null ? new FlowState() : JsonSerializer.Deserialize(json, FlowStateJson.Default.FlowState) ?? new FlowState();
        }
        catch (JsonException)
        {
            // The state of another responder or version: begin afresh rather than fail the call.
            return new FlowState();
        }
    }

    public string Write() => JsonSerializer.Serialize(this, FlowStateJson.Default.FlowState);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FlowState))]
internal sealed partial class FlowStateJson : JsonSerializerContext;
