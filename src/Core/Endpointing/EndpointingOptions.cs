namespace Conversation.Core.Endpointing;

/// <summary>How long a pause must be before the caller's turn counts as over. It depends on what was said and how.</summary>
public sealed record EndpointingOptions
{
    /// <summary>The pause after a phrase that is surely complete. Default 320 ms, 100 to 3000.</summary>
    public TimeSpan Complete { get; init; } = TimeSpan.FromMilliseconds(320);

    /// <summary>The pause where the words leave it open. Default 704 ms, <see cref="Complete"/> to 4000.</summary>
    public TimeSpan Uncertain { get; init; } = TimeSpan.FromMilliseconds(704);

    /// <summary>The pause after a phrase that is surely unfinished. Default 736 ms, <see cref="Uncertain"/> to 5000.</summary>
    public TimeSpan Unfinished { get; init; } = TimeSpan.FromMilliseconds(736);

    /// <summary>The longest pause between groups of dictated digits. Default 1200 ms, <see cref="Unfinished"/> to 8000.</summary>
    public TimeSpan Dictation { get; init; } = TimeSpan.FromMilliseconds(1_200);

    /// <summary>Sound that goes on for so long after the last new word ends the turn too. Default 4 s, 1 to 30.</summary>
    public TimeSpan NoNewWords { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>For callers who answer in a word: less waiting, more turns that have to be opened again.</summary>
    public static EndpointingOptions Quick { get; } = new()
    {
        Complete = TimeSpan.FromMilliseconds(256),
        Uncertain = TimeSpan.FromMilliseconds(416),
        Unfinished = TimeSpan.FromMilliseconds(640),
        Dictation = TimeSpan.FromMilliseconds(1_000),
    };

    /// <summary>The default.</summary>
    public static EndpointingOptions Balanced { get; } = new();

    /// <summary>For callers who think while they speak.</summary>
    public static EndpointingOptions Patient { get; } = new()
    {
        Complete = TimeSpan.FromMilliseconds(480),
        Uncertain = TimeSpan.FromMilliseconds(896),
        Unfinished = TimeSpan.FromMilliseconds(1_408),
        Dictation = TimeSpan.FromMilliseconds(2_000),
    };

    /// <summary>The names <see cref="Preset"/> knows.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "balanced", "patient"];

    /// <summary>The preset of that name, null where there is none.</summary>
    public static EndpointingOptions? Preset(string name) => name switch
    {
        "quick" => Quick,
        "balanced" => Balanced,
        "patient" => Patient,
        _ => null,
    };

    internal void Validate(OptionFaults faults)
    {
        faults.Check(Complete, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3), "Endpointing.Complete");
        faults.Check(Uncertain, Complete, TimeSpan.FromSeconds(4), "Endpointing.Uncertain");
        faults.Check(Unfinished, Uncertain, TimeSpan.FromSeconds(5), "Endpointing.Unfinished");
        faults.Check(Dictation, Unfinished, TimeSpan.FromSeconds(8), "Endpointing.Dictation");
        faults.Check(NoNewWords, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), "Endpointing.NoNewWords");
    }
}
