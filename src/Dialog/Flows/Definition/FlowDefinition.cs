namespace Conversation.Dialog.Flows.Definition;

/// <summary>A dialog as its file describes it. Specified in docs/specs/flows.md.</summary>
internal sealed record FlowDefinition
{
    public required string Name { get; init; }

    public MatchSettings Match { get; init; } = new();

    public bool DayFirst { get; init; }

    public required Prompts Greeting { get; init; }

    /// <summary>Said in place of the greeting where a machine answered a call of ours; the call then ends.</summary>
    public Prompts? Voicemail { get; init; }

    /// <summary>Keys that mean the same everywhere; null for a flow that is not steered by keys.</summary>
    public FlowKeys? Keys { get; init; }

    public required FlowReplies Replies { get; init; }

    public PersonDefinition? Person { get; init; }

    public IReadOnlyDictionary<string, SlotDefinition> Slots { get; init; } = new Dictionary<string, SlotDefinition>();

    public IReadOnlyDictionary<string, IntentDefinition> Intents { get; init; } = new Dictionary<string, IntentDefinition>();

    public IReadOnlyDictionary<string, TaskDefinition> Tasks { get; init; } = new Dictionary<string, TaskDefinition>();

    public BackendDefinition Backend { get; init; } = new();
}

/// <summary>How near an utterance must be to an intent's examples.</summary>
/// <param name="Threshold">Least likeness, 0 to 1.</param>
/// <param name="Margin">Least distance to the next intent.</param>
/// <param name="Strong">Likeness from which an intent is followed though another question is open.</param>
internal sealed record MatchSettings(float Threshold = 0.5f, float Margin = 0.04f, float Strong = 0.62f);

/// <summary>To whom the caller is handed.</summary>
internal sealed record PersonDefinition(string Target, Prompts Say, Prompts Offer);

/// <summary>Where actions work: the built-in appointment book, and webhooks by name.</summary>
internal sealed record BackendDefinition
{
    public BookDefinition? Appointments { get; init; }

    public IReadOnlyDictionary<string, WebhookDefinition> Webhooks { get; init; } = new Dictionary<string, WebhookDefinition>();
}

/// <summary>The built-in appointment book.</summary>
internal sealed record BookDefinition
{
    /// <summary>Where appointments are kept; null keeps them in memory.</summary>
    public string? File { get; init; }

    /// <summary>Length of an appointment in minutes, 5 to 240.</summary>
    public int Minutes { get; init; } = 30;

    /// <summary>Opening hours by weekday; days without are closed.</summary>
    public IReadOnlyDictionary<DayOfWeek, (TimeOnly From, TimeOnly To)> Hours { get; init; } = new Dictionary<DayOfWeek, (TimeOnly, TimeOnly)>();

    /// <summary>Appointments present at the start: a name and in how many working days at what time.</summary>
    public IReadOnlyList<(string Name, int WorkingDays, TimeOnly Time)> Seed { get; init; } = [];
}

/// <summary>An action performed by an HTTP server.</summary>
internal sealed record WebhookDefinition(string Name, Uri Url, bool Effect, TimeSpan Timeout, string? TokenVariable, IReadOnlyList<string> Outcomes);
