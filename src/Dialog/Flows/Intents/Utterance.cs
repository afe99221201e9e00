using System.Text.RegularExpressions;
using Conversation.Dialog.Flows.Definition;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Intents;

/// <summary>Prepares what was said for comparison: politeness, hesitation and values tell nothing about the intent.</summary>
internal static partial class Utterance
{
    private static readonly string[] Dangling = ["for", "at", "on", "to", "from", "by", "under", "with", "about", "is", "it's", "in", "and"];

    /// <summary>The utterance without names, days, times, numbers and courtesies, in lower case.</summary>
    public static string Gist(string text, FlowDefinition flow)
    {
        var words = Words.Split(text);
        var drop = new bool[words.Count];
        void Drop(Found found)
        {
            for (var i = found.From; i < found.To; i++)
            {
                drop[i] = true;
            }

            for (var i = found.From - 1; i >= 0 && (drop[i] || Dangling.Contains(words[i].Text)); i--)
            {
                drop[i] = true;
            }
        }

        var reading = new DateReading(new DateOnly(2026, 1, 1), flow.DayFirst);
        foreach (var found in Dates.Find(words, reading).Concat(Times.Find(words, new TimeOnly(7, 0), new TimeOnly(19, 0)).Where(f => f is { Bare: false, Partial: false })).Concat(Digits.Find(words)))
        {
            Drop(found);
        }

        if (Names.Find(words, asked: false) is { } name && words[name.From].Text is "for" or "my" or "under" or "i'm" or "this")
        {
            Drop(name);
        }

        var kept = string.Join(' ', words.Where((_, i) => !drop[i]).Select(w => w.Text));
        return Courtesy().Replace(kept, " ").Trim();
    }

    /// <summary>The utterance in lower case without courtesies.</summary>
    public static string Plain(string text) => Courtesy().Replace(string.Join(' ', Words.Split(text).Select(w => w.Text)), " ").Trim();

    public static IReadOnlyList<string> Sentences(string text) => [.. Stop().Split(text).Select(s => s.Trim()).Where(s => s.Count(c => c == ' ') >= 1)];

    [GeneratedRegex(@"\b(?:um+|uh+|erm?|hmm|well|please|hello|hi there|hi|hey|good (?:morning|afternoon|evening)|thanks|thank you|okay|ok|so|just|actually|oh)\b\s*|\s{2,}")]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"(?<=[.?!])(?<!\b(?:Dr|Mrs?|Ms|St)\.)\s+(?=\p{Lu})")]
    private static partial Regex Stop();
}
