namespace Conversation.TestKit;

/// <summary>How many words of a reference were replaced, left out, or added in what was heard (least edit distance over normalised words).</summary>
public readonly record struct WordErrors(int Substitutions, int Deletions, int Insertions, int ReferenceWords)
{
    public int Errors => Substitutions + Deletions + Insertions;

    /// <summary>The word error rate: errors over reference words.</summary>
    public double Rate => ReferenceWords == 0 ? (Errors == 0 ? 0 : 1) : (double)Errors / ReferenceWords;

    public static WordErrors operator +(WordErrors a, WordErrors b) =>
        new(a.Substitutions + b.Substitutions, a.Deletions + b.Deletions, a.Insertions + b.Insertions, a.ReferenceWords + b.ReferenceWords);

    /// <summary>Compares two texts. Words written together in one and apart in the other ("mail box", "mailbox") are the same.</summary>
    public static WordErrors Between(string reference, string heard)
    {
        var (wanted, got) = (TextNormalizer.Split(reference), TextNormalizer.Split(heard));
        var joined = JoinAs(wanted, got);
        return Between(joined, JoinAs(got, joined)) with { ReferenceWords = wanted.Length };
    }

    public static WordErrors Between(string[] reference, string[] heard)
    {
        var row = new WordErrors[heard.Length + 1];
        for (var j = 0; j <= heard.Length; j++)
        {
            row[j] = new WordErrors(0, 0, j, 0);
        }

        for (var i = 1; i <= reference.Length; i++)
        {
            var diagonal = row[0];
            row[0] = new WordErrors(0, i, 0, 0);
            for (var j = 1; j <= heard.Length; j++)
            {
                var above = row[j];
                if (reference[i - 1] == heard[j - 1])
                {
                    row[j] = diagonal;
                }
                else
                {
                    var left = row[j - 1];
                    var least = Math.Min(diagonal.Errors, Math.Min(above.Errors, left.Errors));
                    row[j] = diagonal.Errors == least ? diagonal with { Substitutions = diagonal.Substitutions + 1 }
                        : above.Errors == least ? above with { Deletions = above.Deletions + 1 }
                        : left with { Insertions = left.Insertions + 1 };
                }

                diagonal = above;
            }
        }

        return row[heard.Length] with { ReferenceWords = reference.Length };
    }

    private static string[] JoinAs(string[] words, string[] others)
    {
        var known = others.ToHashSet();
        var result = new List<string>();
        for (var i = 0; i < words.Length; i++)
        {
            var together = i + 1 < words.Length ? words[i] + words[i + 1] : "";
            var joins = together.Length > 0 && known.Contains(together);
            result.Add(joins ? together : words[i]);
            i += joins ? 1 : 0;
        }

        return [.. result];
    }
}
