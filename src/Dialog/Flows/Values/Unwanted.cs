using System.Text.RegularExpressions;

namespace Conversation.Dialog.Flows.Values;

/// <summary>Values that are named and not wished for: "not nine", "I can't make it on Tuesday", "my appointment on Monday".</summary>
internal static partial class Unwanted
{
    /// <summary>Whether a value is. <paramref name="left"/>: the words with other values blanked.</summary>
    public static bool Is(IReadOnlyList<Word> words, IReadOnlyList<Word> left, Found found)
    {
        for (var i = found.From - 1; i >= Math.Max(0, found.From - 3) && !words[i].Break; i--)
        {
            if (words.Is(i, "not", "than", "isn't", "wasn't") || (words.Is(i, "of") && words.Is(i - 1, "instead")))
            {
                return true;
            }
        }

        var from = found.From;
        while (from > 0 && !words[from - 1].Break)
        {
            from--;
        }

        var before = string.Join(' ', left.Skip(from).Take(found.From - from).Select(w => w.Text));
        var within = string.Join(' ', words.Skip(found.From).Take(found.To - found.From).Select(w => w.Text));
        var after = found.To < words.Count && !words[found.To - 1].Break ? words[found.To].Text : "";
        var lead = $"{before} {Lead().Match(within).Value}".Trim();
        return Cannot().IsMatch(lead) || Present().IsMatch(lead) || (before.EndsWith("my", StringComparison.Ordinal) && after is "appointment" or "booking" or "visit" or "slot");
    }

    [GeneratedRegex(@"^(?:on|at|for|by)\b")]
    private static partial Regex Lead();

    [GeneratedRegex(@"(?<!why )\b(?:can't|cannot|can not|couldn't|won't|unable to|not able to)(?: be able to)?(?: ■| make| do| come| be| there| it| in| attend| keep| my| our| the| appointment| visit| after all| for| on| at| next| this)*$")]
    private static partial Regex Cannot();

    [GeneratedRegex(@"(?:\b(?:my|our|his|her|the)(?: \w+)? (?:appointment|booking|visit|slot|check)|\b(?:have|had|have got|i've got|got) an? (?:appointment|booking|visit|slot|check)|\b(?:i'm|i am|we're|was) (?:down|booked(?: in)?|supposed to (?:come|be)(?: in| there)?|scheduled)|\bhave booked)(?: up)?(?: is| was| that's)?(?: currently)?(?: ■)*(?: on| for| at| this)?$")]
    private static partial Regex Present();
}
