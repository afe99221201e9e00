namespace Conversation.Speech;

/// <summary>Silence after a clause, before the next: each 0 to 2 s.</summary>
public sealed record PauseOptions
{
    /// <summary>After . ! ? …. Default 320 ms.</summary>
    public TimeSpan Sentence { get; init; } = TimeSpan.FromMilliseconds(320);

    /// <summary>After , — and the like. Default 140 ms.</summary>
    public TimeSpan Comma { get; init; } = TimeSpan.FromMilliseconds(140);

    /// <summary>After ; and :. Default 220 ms.</summary>
    public TimeSpan Colon { get; init; } = TimeSpan.FromMilliseconds(220);

    /// <summary>Where a clause was cut between words. Default 20 ms.</summary>
    public TimeSpan Cut { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The pause after phonemes that end so.</summary>
    internal TimeSpan After(string phonemes) => phonemes.Length == 0 ? TimeSpan.Zero : phonemes[^1] switch
    {
        '.' or '!' or '?' or '…' => Sentence,
        ',' or '—' => Comma,
        ';' or ':' => Colon,
        _ => Cut,
    };

    /// <summary>Every fault of these options; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        foreach (var (name, pause) in new[] { (nameof(Sentence), Sentence), (nameof(Comma), Comma), (nameof(Colon), Colon), (nameof(Cut), Cut) })
        {
            if (pause < TimeSpan.Zero || pause > TimeSpan.FromSeconds(2))
            {
                faults.Add($"{name}: {pause} is not within 0 to 2 s.");
            }
        }

        return faults;
    }
}
