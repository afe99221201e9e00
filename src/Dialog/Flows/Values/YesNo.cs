namespace Conversation.Dialog.Flows.Values;

/// <summary>What an answer to a yes-or-no question says.</summary>
internal enum Answer
{
    /// <summary>Neither.</summary>
    Unclear,

    /// <summary>Yes.</summary>
    Yes,

    /// <summary>No.</summary>
    No,
}

/// <summary>Yes and no in the many forms they are said in.</summary>
internal static class YesNo
{
    private static readonly string[] NoPhrases =
    [
        "no thanks", "no thank you", "not really", "not quite", "not at all", "not right", "not correct", "not what i said", "not exactly", "absolutely not", "of course not", "certainly not", "definitely not",
        "that's wrong", "that is wrong", "that's not", "that is not", "that isn't", "it isn't", "it's not", "it is not", "i don't think so", "i do not", "please don't", "do not", "don't do", "i wouldn't", "not now",
        "not today", "i'm afraid not", "rather not", "no", "nope", "nah", "wrong", "incorrect", "negative", "never", "don't", "not yet", "i don't", "not okay", "doesn't work", "won't work", "can't do", "doesn't suit",
    ];

    private static readonly string[] YesPhrases =
    [
        "yes", "yeah", "yep", "yup", "yea", "ya", "sure", "of course", "absolutely", "correct", "that's right", "that is right", "right", "exactly", "please do", "go ahead", "go for it", "sounds good", "sounds great",
        "sounds fine", "perfect", "great", "fine", "ok", "okay", "that works", "works for me", "uh huh", "uhhuh", "mhm", "mm hmm", "mm hm", "mmhmm", "definitely", "certainly", "i do", "i would", "i am", "do it", "it is", "it does",
        "you got it", "indeed", "please", "why not", "good", "lovely", "affirmative", "true", "no problem", "i think so", "i guess so", "i suppose so", "all right", "alright", "brilliant", "wonderful", "excellent", "that suits", "suits me",
        "book it", "by all means", "let's do it", "let's do that", "that would be", "that'd be", "that'll do", "happy with that", "very well", "cool", "si", "aye",
    ];

    /// <summary>Phrases that look like one answer and are the other, or neither.</summary>
    private static readonly (string Phrase, Answer Answer)[] Exceptions =
    [
        ("no problem", Answer.Yes), ("no that's right", Answer.Yes), ("no that's fine", Answer.Yes), ("no that's correct", Answer.Yes), ("no that is correct", Answer.Yes), ("no that's perfect", Answer.Yes), ("no that's good", Answer.Yes),
        ("no it's fine", Answer.Yes), ("not bad", Answer.Yes), ("can't complain", Answer.Yes), ("why not", Answer.Yes), ("don't mind if", Answer.Yes), ("no worries", Answer.Yes),
        ("i don't know", Answer.Unclear), ("don't know", Answer.Unclear), ("not sure", Answer.Unclear), ("i'm unsure", Answer.Unclear), ("no idea", Answer.Unclear), ("i don't understand", Answer.Unclear),
        ("right now", Answer.Unclear), ("i don't mind", Answer.Unclear), ("no that's all", Answer.No), ("i'm fine", Answer.No), ("i'm good", Answer.No), ("i'm okay", Answer.No), ("that's all", Answer.No), ("that's it", Answer.No), ("nothing else", Answer.No), ("that's everything", Answer.No), ("that will be all", Answer.No), ("that'll be all", Answer.No), ("all set", Answer.No), ("i'm all good", Answer.No),
    ];

    public static Answer Read(IReadOnlyList<Word> words)
    {
        foreach (var (phrase, answer) in Exceptions)
        {
            if (Has(words, phrase, out _))
            {
                return answer;
            }
        }

        // The earliest of the longest wins: "no, that's not right" and "yes, no problem" begin with what they mean.
        var (no, noEnd) = First(words, NoPhrases);
        var (yes, yesEnd) = First(words, YesPhrases);
        if (no < 0 && yes < 0)
        {
            return Answer.Unclear;
        }

        if (no < 0)
        {
            return Answer.Yes;
        }

        if (yes < 0)
        {
            return Answer.No;
        }

        // A yes inside a no's own words ("not right", "absolutely not") belongs to the no.
        return yes >= no ? Answer.No : noEnd >= yesEnd && no <= yes + 1 && words[no].Text == "not" ? Answer.No : Answer.Yes;
    }

    /// <summary>Whether the utterance is an answer and little else.</summary>
    public static bool IsPlain(IReadOnlyList<Word> words) => words.Count <= 5 && Read(words) != Answer.Unclear;

    private static (int At, int End) First(IReadOnlyList<Word> words, string[] phrases)
    {
        var best = (At: -1, End: -1);
        foreach (var phrase in phrases)
        {
            if (Has(words, phrase, out var at) && (best.At < 0 || at < best.At))
            {
                best = (at, at + phrase.Count(c => c == ' ') + 1);
            }
        }

        return best;
    }

    private static bool Has(IReadOnlyList<Word> words, string phrase, out int at)
    {
        for (at = 0; at < words.Count; at++)
        {
            if (words.Starts(at, phrase))
            {
                return true;
            }
        }

        at = -1;
        return false;
    }
}
