using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Engine;

/// <summary>What of the last reply an interruption kept from the caller.</summary>
internal sealed class Unheard
{
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
    {
        "what", "about", "that", "this", "with", "have", "your", "yours", "would", "could", "there", "here", "please", "sorry", "just", "like", "want", "need", "will", "from", "which", "when", "where", "they", "them", "then", "than", "does", "anything", "else", "help", "okay", "yes",
    };

    private readonly string _rest;

    /// <summary>Compares what was said with what was heard.</summary>
    public Unheard(string said, DialogLine? last)
    {
        var all = Words.Split(said);
        var heard = last is { Interrupted: true } ? Math.Min(all.Count, Words.Split(last.ReplyHeard).Count) : all.Count;
        Share = all.Count == 0 || last is not { Interrupted: true } ? 1 : (double)heard / all.Count;
        if (heard >= all.Count)
        {
            _rest = "";
            return;
        }

        // Whole sentences again: half a sentence makes no sense to begin with.
        var from = Words.Tidy(said)[..all[heard].Start].LastIndexOfAny(['.', '!', '?']);
        _rest = Words.Tidy(said)[(from < 0 ? 0 : from + 1)..].Trim();
    }

    /// <summary>How much of the reply was heard, 0 to 1.</summary>
    public double Share { get; }

    /// <summary>The sentences that were not, or not wholly, heard.</summary>
    public string Rest => _rest;

    /// <summary>Whether a question asks for what was about to be said ("and on Saturdays?").</summary>
    public bool Concerns(IReadOnlyList<Word> words) => About(words).Length > 0;

    /// <summary>Those of the unheard sentences that a question asks for.</summary>
    public string About(IReadOnlyList<Word> words)
    {
        var asked = words.Where(w => w.Text.Length > 3 && !Plain.Contains(w.Text)).Select(w => w.Text.TrimEnd('s')).ToHashSet();
        return string.Join(' ', _rest.Split(". ", StringSplitOptions.RemoveEmptyEntries).Where(s => Words.Split(s).Any(w => asked.Contains(w.Text.TrimEnd('s')))).Select(s => s[^1] is '.' or '?' or '!' ? s : s + "."));
    }
}
