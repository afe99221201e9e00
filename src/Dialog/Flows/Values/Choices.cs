namespace Conversation.Dialog.Flows.Values;

/// <summary>One of a list, by its own name or by another way of saying it.</summary>
internal static class Choices
{
    /// <summary>The choices named in the utterance, longest phrases first where they overlap.</summary>
    public static IEnumerable<Found> Find(IReadOnlyList<Word> words, IReadOnlyDictionary<string, IReadOnlyList<string>> options)
    {
        var phrases = options
            .SelectMany(o => o.Value.Prepend(o.Key), (o, said) => (Value: o.Key, Words: Words.Split(said)))
            .Where(p => p.Words.Count > 0)
            .OrderByDescending(p => p.Words.Count)
            .ToArray();
        for (var i = 0; i < words.Count; i++)
        {
            foreach (var (value, said) in phrases)
            {
                if (i + said.Count <= words.Count && Enumerable.Range(0, said.Count).All(k => words[i + k].Text == said[k].Text))
                {
                    yield return new Found(value, i, i + said.Count);
                    i += said.Count - 1;
                    break;
                }
            }
        }
    }
}
