namespace Conversation.Dialog.Flows.Appointments;

/// <summary>Whether two names are likely the same one, as a recogniser may have misspelled it.</summary>
internal static class NameLikeness
{
    public static bool Match(string heard, string written)
    {
        var words = Parts(heard);
        var others = Parts(written);
        // "Anakowalski": names run together by the recogniser are compared as one.
        var (one, other) = (Sound(string.Concat(words)), Sound(string.Concat(others)));
        if (words.Length < others.Length && one.Length > 6 && Edits(one, other) <= 2)
        {
            return true;
        }

        return words.Length > 0 && words.All(w => others.Any(o => Edits(Sound(w), Sound(o)) <= Allowed(w, o)));
    }

    /// <summary>Edits between the two names, smaller where they are more alike.</summary>
    public static int Distance(string heard, string written) => Edits(heard.ToLowerInvariant(), written.ToLowerInvariant());

    private static int Allowed(string a, string b) => Math.Min(a.Length, b.Length) switch { <= 3 => 0, <= 6 => 1, _ => 2 };

    private static string[] Parts(string name) => name.ToLowerInvariant().Split([' ', '-', '\''], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>One spelling for letters that sound alike.</summary>
    private static string Sound(string word)
    {
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("ph", "f"), ("ck", "k"), ("w", "v"), ("c", "k"), ("y", "i"), ("z", "s"), ("ie", "i"), ("ee", "i"), ("h", ""), ("ss", "s"), ("tt", "t"), ("ll", "l"), ("nn", "n"), ("rr", "r"), ("mm", "m")])
        {
            word = word.Replace(from, to, StringComparison.Ordinal);
        }

        return word;
    }

    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
