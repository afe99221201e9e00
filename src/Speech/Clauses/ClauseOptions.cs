namespace Conversation.Speech.Clauses;

/// <summary>How long clauses are, in characters. The first is short, so that it plays soon; later ones are whole sentences where they fit, which sound better.</summary>
public sealed record ClauseOptions
{
    /// <summary>A comma or dash nearer than this to the clause's beginning does not end it. Default 12; 1 to 100.</summary>
    public int Shortest { get; init; } = 12;

    /// <summary>The longest first clause. Default 72; 20 to 500.</summary>
    public int LongestFirst { get; init; } = 72;

    /// <summary>The longest second clause: made while the first plays. Default 140; 20 to 1,000.</summary>
    public int LongestSecond { get; init; } = 140;

    /// <summary>The longest of all others. Default 220; 20 to 1,000. Two engines' own limits are beyond 400.</summary>
    public int Longest { get; init; } = 220;

    /// <summary>Every fault of these options; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(nameof(Shortest), Shortest, 1, 100);
        Check(nameof(LongestFirst), LongestFirst, 20, 500);
        Check(nameof(LongestSecond), LongestSecond, 20, 1000);
        Check(nameof(Longest), Longest, 20, 1000);
        return faults;

        void Check(string name, int value, int low, int high)
        {
            if (value < low || value > high)
            {
                faults.Add($"{name}: {value} is not within {low} to {high}.");
            }
        }
    }
}
