using System.Globalization;
using System.Text;

namespace Conversation.Dialog.Flows.Values;

/// <summary>A person's name: "it's Anna Kowalski", "my name is ...", "for Anna Smith", spelled "K-O-W-A-L-S-K-I", or a bare name where one is asked for.</summary>
internal static class Names
{
    private static readonly string[] Leads =
    [
        "my name is", "my name's", "the name is", "the name's", "name is", "name's", "last name is", "surname is", "full name is", "first name is", "this is", "it's", "it is", "i'm", "i am", "call me", "under the name of", "under the name", "in the name of", "under", "on behalf of", "for", "that's", "that is", "speaking", "patient is", "here is",
    ];

    /// <summary>Leads that other things follow too, so that only capitals are taken after them.</summary>
    private static readonly string[] Weak = ["for", "it's", "it is", "i'm", "i am", "this is", "under", "that's", "that is", "here is", "speaking", "name is"];

    /// <summary>"One's", "we'll": the beginning of a sentence, not a name.</summary>
    private static readonly string[] Contractions = ["'s", "'ll", "'re", "'ve", "'d", "n't"];

    private static readonly HashSet<string> Never = new(StringComparer.Ordinal)
    {
        "yes", "yeah", "yep", "no", "nope", "ok", "okay", "sure", "please", "thanks", "thank", "you", "hi", "hello", "hey", "the", "a", "an", "i", "my", "me", "it", "it's", "is", "am", "are", "was", "and", "or", "to", "at", "on", "in", "of", "for", "with", "from", "um", "uh", "er", "erm", "well", "so",
        "today", "tomorrow", "tonight", "next", "this", "that", "morning", "afternoon", "evening", "noon", "week", "month", "day", "name", "spelled", "spelt", "spell", "spelling", "sorry", "pardon", "what", "who", "why", "how", "when", "where", "which", "can", "could", "would", "will", "do", "does", "don't", "not", "actually",
        "appointment", "booking", "book", "cancel", "move", "doctor", "dr", "nurse", "mr", "mrs", "ms", "miss", "surname", "last", "first", "again", "about", "just", "calling", "i'd", "i'm", "i'll", "i've", "that's", "there", "here", "right", "correct", "fine", "good", "great", "perfect", "mine", "your", "his", "her", "their", "he", "she", "they", "we",
        "myself", "him", "them", "us", "it'll", "speaking", "make", "made", "have", "has", "had", "under", "want", "need", "like", "know", "think", "say", "said", "tell", "you're", "any", "some", "someone", "something", "nothing", "nobody", "repeat", "start", "over", "help", "person", "human", "operator", "stop", "wait", "capital", "double", "o'clock", "am", "pm", "half", "quarter", "past", "but", "be", "check", "up", "time", "if", "as", "anything", "else", "bye", "goodbye", "never", "mind",
    };

    /// <summary>The name in the utterance. <paramref name="asked"/>: it answers the question for one, so that bare words count.</summary>
    public static Found? Find(IReadOnlyList<Word> words, bool asked)
    {
        var spelled = Spelled(words);
        foreach (var lead in Leads)
        {
            for (var i = 0; i < words.Count; i++)
            {
                var start = i + lead.Count(c => c == ' ') + 1;
                if (words.Starts(i, lead) && Run(words, start, !asked || Weak.Contains(lead) && !asked, spelled?.From ?? words.Count) is { } led)
                {
                    return Join(words, led, spelled, i);
                }
            }
        }

        if (!asked)
        {
            return null;
        }

        for (var i = 0; i < words.Count; i++)
        {
            // An answer in lower case counts only where it is short: a sentence is no name.
            if (Run(words, i, words.Count > 4, spelled?.From ?? words.Count) is { } bare)
            {
                return Join(words, bare, spelled, bare.From);
            }
        }

        return spelled;
    }

    private static Found? Run(IReadOnlyList<Word> words, int start, bool capitals, int limit)
    {
        while (words.Is(start, "dr", "mr", "mrs", "ms", "miss", "um", "uh", "er"))
        {
            start++;
        }

        var end = start;
        while (end < limit && end < words.Count && end - start < 4 && IsName(words, end, capitals))
        {
            end++;
            if (words[end - 1].Break)
            {
                break;
            }
        }

        if (end <= start)
        {
            return null;
        }

        // "Anna. Anna Kowalski", "Anna, Kowalski": recognisers set a stop where the speaker drew breath.
        if (end == start + 1 && end < limit && words[start].Break && IsName(words, end, capitals: true))
        {
            var rest = end;
            while (rest < limit && rest < words.Count && rest - end < 3 && IsName(words, rest, capitals: true) && !words[rest - 1].Break | rest == end)
            {
                rest++;
            }

            if (Enumerable.Range(end, rest - end).Any(i => words[i].Text == words[start].Text))
            {
                return new Found(Text(words, end, rest), end, rest);
            }

            if (rest == end + 1 && rest == words.Count)
            {
                return new Found(Text(words, start, rest), start, rest);
            }
        }

        return new Found(Text(words, start, end), start, end);
    }

    private static bool IsName(IReadOnlyList<Word> words, int at, bool capitals)
    {
        var word = words[at];
        return char.IsLetter(word.Text[0]) && !word.IsLetter && !Never.Contains(word.Text) && !Contractions.Any(c => word.Text.EndsWith(c, StringComparison.Ordinal)) && !(capitals && !word.Capital)
            && !Days.TryWeekday(word.Text, out _) && !(Days.TryMonth(word.Text, out _) && word.Text is not ("april" or "may" or "june" or "august"))
            && !Numbers.TrySmall(words, at, out _, out _) && !Numbers.TryOrdinal(words, at, out _, out _);
    }

    /// <summary>A run of at least three letters: "K O W A L S K I", "double L", "M as in Mike".</summary>
    private static Found? Spelled(IReadOnlyList<Word> words)
    {
        for (var start = 0; start < words.Count; start++)
        {
            var letters = new StringBuilder();
            var at = start;
            while (at < words.Count)
            {
                if (words.Is(at, "double") && at + 1 < words.Count && words[at + 1].IsLetter)
                {
                    letters.Append(words[at + 1].Text).Append(words[at + 1].Text);
                    at += 2;
                }
                else if (words[at].IsLetter)
                {
                    letters.Append(words[at].Text);
                    at++;
                }
                else if (letters.Length > 0 && (words.Is(at, "for", "like") || words.Starts(at, "as in")))
                {
                    at += words.Is(at, "as") ? 3 : 2;
                }
                else if (letters.Length > 0 && words.Is(at, "and", "then", "capital"))
                {
                    at++;
                }
                else
                {
                    break;
                }
            }

            if (letters.Length >= 3)
            {
                return new Found(Title(letters.ToString()), start, Math.Min(at, words.Count));
            }
        }

        return null;
    }

    private static Found Join(IReadOnlyList<Word> words, Found said, Found? spelled, int from)
    {
        if (spelled is not { } letters || letters.From < said.To)
        {
            return said with { From = from };
        }

        // What is spelled corrects the name it sounds like: the last one, or the first where they begin alike.
        var parts = said.Value.Split(' ').ToList();
        var index = parts.FindLastIndex(p => char.ToUpperInvariant(p[0]) == letters.Value[0]);
        if (index < 0)
        {
            parts.Add(letters.Value);
        }
        else
        {
            parts[index] = letters.Value;
        }

        return new Found(string.Join(' ', parts), from, letters.To);
    }

    private static string Text(IReadOnlyList<Word> words, int start, int end) =>
        string.Join(' ', Enumerable.Range(start, end - start).Select(i => words[i].Capital ? words[i].Original : Title(words[i].Original)));

    private static string Title(string word) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(word.ToLowerInvariant());
}
