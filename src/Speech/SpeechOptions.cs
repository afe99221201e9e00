using Conversation.Audio;
using Conversation.Speech.Clauses;

namespace Conversation.Speech;

/// <summary>How text becomes speech.</summary>
public sealed record SpeechOptions
{
    /// <summary>The pronouncing dictionary. Required.</summary>
    public string DictionaryPath { get; init; } = "";

    /// <summary>The tier spoken where another fails or is not there. Default "fast".</summary>
    public string DefaultTier { get; init; } = "fast";

    /// <summary>Clause lengths of the fast tier, which needs milliseconds a clause.</summary>
    public ClauseOptions FastClauses { get; init; } = new();

    /// <summary>Clause lengths of every other tier: a shorter first one, since it takes a quarter of its length to make.</summary>
    public ClauseOptions OtherClauses { get; init; } = new() { LongestFirst = 45, LongestSecond = 110, Longest = 200 };

    /// <summary>Clauses made ahead of the reader. Default 2; 1 to 16.</summary>
    public int Ahead { get; init; } = 2;

    /// <summary>A text that pauses this long after a finished sentence has it spoken. Default 250 ms; 0 to 10 s.</summary>
    public TimeSpan FinishedAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The level that voices are brought to.</summary>
    public LoudnessOptions Loudness { get; init; } = new();

    /// <summary>Pauses after a clause.</summary>
    public PauseOptions Pauses { get; init; } = new();

    /// <summary>Memory for clauses that repeat (greetings, prompts), in bytes. Default 32 MiB; 0 (none) to 4 GiB.</summary>
    public long CacheBytes { get; init; } = 32L << 20;

    /// <summary>The longest clause that is remembered, in characters. Default 200; 1 to 1,000.</summary>
    public int CacheLongest { get; init; } = 200;

    /// <summary>Every fault of these options; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Fault(!File.Exists(DictionaryPath), $"{nameof(DictionaryPath)}: there is no file '{DictionaryPath}'.");
        Fault(DefaultTier.Length == 0, $"{nameof(DefaultTier)}: none is named.");
        Fault(Ahead is < 1 or > 16, $"{nameof(Ahead)}: {Ahead} is not within 1 to 16.");
        Fault(FinishedAfter < TimeSpan.Zero || FinishedAfter > TimeSpan.FromSeconds(10), $"{nameof(FinishedAfter)}: {FinishedAfter} is not within 0 to 10 s.");
        Fault(CacheBytes is < 0 or > 4L << 30, $"{nameof(CacheBytes)}: {CacheBytes} is not within 0 to 4 GiB.");
        Fault(CacheLongest is < 1 or > 1000, $"{nameof(CacheLongest)}: {CacheLongest} is not within 1 to 1,000.");
        faults.AddRange(FastClauses.Validate().Select(f => $"{nameof(FastClauses)}.{f}"));
        faults.AddRange(OtherClauses.Validate().Select(f => $"{nameof(OtherClauses)}.{f}"));
        faults.AddRange(Loudness.Validate().Select(f => $"{nameof(Loudness)}.{f}"));
        faults.AddRange(Pauses.Validate().Select(f => $"{nameof(Pauses)}.{f}"));
        return faults;

        void Fault(bool there, string words)
        {
            if (there)
            {
                faults.Add(words);
            }
        }
    }
}
