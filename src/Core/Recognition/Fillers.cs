namespace Conversation.Core.Recognition;

/// <summary>Sounds that hold the floor and say nothing.</summary>
internal static class Fillers
{
    private static readonly HashSet<string> All = ["um", "umm", "uh", "uhh", "er", "erm", "err", "hmm", "hm", "mm", "mmm", "ah", "eh"];

    // Laughs and cries that recognisers write down.
    private static readonly HashSet<string> Sounds =
    [
        "ha", "hah", "haha", "hahaha", "hahahaha", "heh", "hehe", "hee", "ho", "oh", "ooh", "oooh", "aah", "aw", "ow", "ugh", "argh", "whoa", "woo", "phew", "shh", "psst", "huh",
        "achoo", "ahem", "tsk", "la", "na", "boom", "meow", "woof", "quack", "moo",
    ];

    public static bool Contains(string word) => All.Contains(word);

    /// <summary>Whether the text is blank or made of fillers only. "Mm-hmm" and "uh-huh" are not: they say yes.</summary>
    public static bool Only(string text)
    {
        var words = PhraseText.Words(text);
        return Array.TrueForAll(words, static w => All.Contains(w) || Sounds.Contains(w)) && !IsAssent(words);
    }

    private static bool IsAssent(string[] words) => words is ["mm", "hm"] or ["mm", "hmm"] or ["mmm", "hmm"] or ["mmm", "hm"] or ["uh", "huh"];
}
