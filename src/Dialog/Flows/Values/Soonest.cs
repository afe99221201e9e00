namespace Conversation.Dialog.Flows.Values;

/// <summary>"The next free slot", "as soon as possible": no day but the first there is. The value is the partial "soon".</summary>
internal static class Soonest
{
    public const string Value = "soon";

    private static readonly string[] Phrases =
    [
        "as soon as possible", "as soon as you can", "as early as possible", "asap", "the soonest", "soonest", "the earliest", "earliest", "right away", "straight away", "next free", "next available", "next opening", "next open", "next slot", "next appointment", "next possible", "next time you have",
        "first available", "first free", "first opening", "first possible", "first appointment",
    ];

    /// <summary>What leaves the day open where one is asked for.</summary>
    private static readonly string[] Any =
    [
        "any day", "any time", "anytime", "whenever", "i don't mind", "don't care", "doesn't matter", "i'm flexible", "whatever you have", "whichever", "next one", "first one", "next", "soon", "the first",
    ];

    public static IEnumerable<Found> Find(IReadOnlyList<Word> words, bool asked)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Phrases.Concat(asked ? Any : []).FirstOrDefault(p => words.Starts(i, p)) is { } phrase)
            {
                yield return new Found(Value, i, i + phrase.Count(c => c == ' ') + 1, Partial: true);
                yield break;
            }
        }
    }
}
