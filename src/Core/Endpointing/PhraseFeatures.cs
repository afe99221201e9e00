namespace Conversation.Core.Endpointing;

/// <summary>
/// What the learned judge sees of a sentence: its last words and their shapes, how it opens, how long it is. Each feature is a hash into a table of weights.
/// A shape is the word itself where it belongs to the grammar ("of", "my", "could"), its ending else ("~ing"), so that unseen words are judged by where they stand.
/// </summary>
internal static class PhraseFeatures
{
    /// <summary>The most that <see cref="Write"/> writes.</summary>
    public const int Most = 24;

    /// <summary>Slots of the table; a power of two.</summary>
    public const int Slots = 1 << 15;

    private const uint Basis = 2166136261;
    private static readonly string[] Endings = ["ing", "ed", "ly", "tion", "ment", "ness", "able", "ful", "ous", "ive", "ical", "al", "est", "er", "'s", "n't", "ies", "es", "s", "y"];

    /// <summary>Writes the features of <paramref name="t"/>, the words of one sentence; gives how many.</summary>
    public static int Write(ReadOnlySpan<string> t, Span<int> features)
    {
        var count = 0;
        var n = t.Length;
        string w1 = At(t, 1), w2 = At(t, 2), w3 = At(t, 3), w4 = At(t, 4);
        string s1 = Shape(w1), s2 = Shape(w2), s3 = Shape(w3), s4 = Shape(w4);
        string first = Word(t[0]), second = n > 1 ? Word(t[1]) : "", third = n > 2 ? Shape(t[2]) : "";
        var length = Length(n);
        Add(features, ref count, "1", w1);
        Add(features, ref count, "12", w1, w2);
        Add(features, ref count, "123", w1, w2, w3);
        Add(features, ref count, "2", w2);
        Add(features, ref count, "a", s1);
        Add(features, ref count, "ab", s1, s2);
        Add(features, ref count, "abc", s1, s2, s3);
        Add(features, ref count, "abcd", s1, s2, s3, s4);
        Add(features, ref count, "1b", w1, s2);
        Add(features, ref count, "a2", s1, w2);
        Add(features, ref count, "bc", s2, s3);
        Add(features, ref count, "n", length);
        Add(features, ref count, "1n", w1, length);
        Add(features, ref count, "an", s1, length);
        Add(features, ref count, "f", first, length);
        Add(features, ref count, "fa", first, s1);
        Add(features, ref count, "fs", first, second, length);
        Add(features, ref count, "fsa", first, second, s1);
        Add(features, ref count, "fst", Shape(first), Shape(second), third, length);
        var (opener, clauses, verbs) = Clauses(t);
        Add(features, ref count, "c", opener, clauses, verbs);
        Add(features, ref count, "cn", opener, clauses, length);
        Add(features, ref count, "ca", opener, verbs, s1);
        Add(features, ref count, "ca2", opener, clauses, s1, s2);
        return count;
    }

    // Nine at the most are told apart: what matters is whether there was room for a main clause.
    private static string Length(int words) => words switch { 1 => "1", 2 => "2", 3 => "3", 4 => "4", 5 => "5", 6 or 7 => "6", 8 or 9 => "8", < 14 => "10", _ => "14" };

    private static (string Opener, string Clauses, string Verbs) Clauses(ReadOnlySpan<string> t)
    {
        int subjects = 0, verbs = 0;
        foreach (var word in t)
        {
            subjects += WordClasses.Subjects.Contains(word) || word is "it" or "you" or "there" or "this" || WordClasses.Contractions.Contains(word) ? 1 : 0;
            verbs += WordClasses.Auxiliaries.Contains(word) || WordClasses.Contractions.Contains(word) || WordClasses.Transitives.Contains(word) || word is "please" ? 1 : 0;
        }

        var opener = WordClasses.Subordinators.Contains(t[0]) ? "sub" : WordClasses.Questions.Contains(t[0]) ? "wh" : WordClasses.Auxiliaries.Contains(t[0]) ? "aux" : WordClasses.Prepositions.Contains(t[0]) ? "prep" : "";
        return (opener, Few(subjects), Few(verbs));
    }

    private static string Few(int count) => count switch { 0 => "0", 1 => "1", 2 => "2", _ => "3" };

    private static string At(ReadOnlySpan<string> t, int fromEnd) => t.Length >= fromEnd ? Word(t[^fromEnd]) : "^";

    /// <summary>Numbers are all alike.</summary>
    private static string Word(string word) => char.IsDigit(word[0]) ? (word.Length == 1 ? "#" : "##") : WordClasses.DigitWords.Contains(word) && word is not ("one" or "oh" or "o") ? "#" : word;

    private static string Shape(string word)
    {
        if (word.Length < 3 || word[0] is '#' || WordClasses.Grammar.Contains(word))
        {
            return word;
        }

        foreach (var ending in Endings)
        {
            if (word.Length > ending.Length + 1 && word.EndsWith(ending, StringComparison.Ordinal))
            {
                return ending;
            }
        }

        return "~";
    }

    private static void Add(Span<int> features, ref int count, string kind, string a, string b = "", string c = "", string d = "") =>
        features[count++] = (int)(Mix(Mix(Mix(Mix(Mix(Basis, kind), a), b), c), d) & (Slots - 1));

    private static uint Mix(uint hash, string text)
    {
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619;
        }

        hash = (hash ^ 31) * 16777619;
        return hash ^ (hash >> 15);
    }
}
