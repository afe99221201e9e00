using System.Text;
using Conversation.Inference.Ports;
using Conversation.Speech.Normalisation;

namespace Conversation.Speech.Pronunciation;

/// <summary>A clause in phonemes: the string an engine speaks, and which written place each stretch of it came from.</summary>
internal sealed record PhoneticClause(string Phonemes, IReadOnlyList<PhoneticWord> Words);

/// <summary>One spoken word: its characters in the phoneme string, and the place in the written text it speaks for.</summary>
internal readonly record struct PhoneticWord(int Start, int End, int Source);

/// <summary>Turns normalised words into phonemes: function words weak, heteronyms by their neighbours, then the dictionary, endings, compounds, and last the model for unseen words.</summary>
internal sealed class PhonemeWriter(Dictionary dictionary, IPronouncer? unseen)
{
    private const string Vowels = "AIOWYQiuæɑɐɔəɛɜɪʊʌᵊᵻ";
    private const int Remembered = 4096;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _guesses = new(StringComparer.Ordinal);

    internal bool Knows(string word) => dictionary.Has(word) || CommonWords.Added.ContainsKey(word.ToLowerInvariant());

    internal PhoneticClause Write(IReadOnlyList<SpokenToken> tokens)
    {
        var phonemes = new StringBuilder();
        var words = new List<PhoneticWord>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == SpokenKind.Pause)
            {
                Pause(phonemes, token.Text[0]);
                continue;
            }

            if (token.Text == "'s" && words.Count > 0 && words[^1].End == phonemes.Length)
            {
                // The ending of a spelled word: "PCs".
                phonemes.Append(Morphology.Plural(phonemes[^1].ToString()).AsSpan(1));
                words[^1] = words[^1] with { End = phonemes.Length };
                continue;
            }

            var sounds = token.Kind == SpokenKind.Letters ? Letters.Spell(token.Text, apart: token.Text.Length > 4) : Word(tokens, i);
            if (sounds.Length == 0)
            {
                continue;
            }

            if (phonemes.Length > 0)
            {
                phonemes.Append(' ');
            }

            words.Add(new PhoneticWord(phonemes.Length, phonemes.Length + sounds.Length, token.Source));
            phonemes.Append(sounds);
        }

        return new PhoneticClause(phonemes.ToString(), words);
    }

    /// <summary>One word alone, in its usual form.</summary>
    internal string Word(string word) => Pronounce(word.ToLowerInvariant());

    private string Word(IReadOnlyList<SpokenToken> tokens, int at)
    {
        var word = tokens[at].Text.ToLowerInvariant();
        var before = at > 0 ? Text(tokens[at - 1]) : "";
        var after = at + 1 < tokens.Count ? Text(tokens[at + 1]) : "";
        if (word is "the" or "to" or "a" && after.Length > 0)
        {
            var vowel = Starts(tokens[at + 1]);
            return word switch
            {
                "the" => vowel ? "ði" : "ðə",
                "to" => vowel ? "tʊ" : "tə",
                _ => "ɐ",
            };
        }

        if (Heteronyms.Find(word, before, after) is { } told)
        {
            return Allophones.Apply(told);
        }

        // At the end of a phrase a function word keeps its full form: "yes, I can."
        var final = after.Length == 0 && before.Length > 0 && word is "can" or "do" or "does" or "did" or "is" or "are" or "was" or "were" or "will" or "would" or "could" or "should" or "have" or "has" or "had" or "to" or "for" or "from" or "of" or "with" or "in" or "on" or "up" or "that" or "this" or "there" or "not" or "so";
        return !(final && after.Length == 0) && CommonWords.Weak.TryGetValue(word, out var weak) ? weak : Pronounce(word);
    }

    private string Pronounce(string word) =>
        Known(word)
        ?? (_guesses.TryGetValue(word, out var guess) ? guess : Guess(word));

    private string? Known(string word) =>
        CommonWords.Added.TryGetValue(word, out var added) ? added
        : dictionary.Find(word) is { } found ? Allophones.Apply(found)
        : CommonWords.Weak.TryGetValue(word, out var weak) ? weak
        : null;

    private string Guess(string word)
    {
        var folded = Diacritics.Fold(word);
        var sounds = (folded != word ? Known(folded) : null)
            ?? Morphology.Find(folded, Known)
            ?? Morphology.Compound(folded, Known)
            ?? Inflected(folded)
            ?? Letters.Spell(folded, apart: folded.Length > 4);
        if (_guesses.Count >= Remembered)
        {
            _guesses.Clear();
        }

        return _guesses[word] = sounds;
    }

    /// <summary>The model saw bare words: an 's is put on by rule.</summary>
    private string? Inflected(string word)
    {
        if (word.EndsWith("'s", StringComparison.Ordinal))
        {
            return Unseen(word[..^2]) is { } owner ? Morphology.Plural(owner) : null;
        }

        return Unseen(word.Replace("'", "", StringComparison.Ordinal));
    }

    private string? Unseen(string word) =>
        word.Any(c => "aeiouy".Contains(c)) && unseen?.Pronounce(word) is { Length: > 0 } sounds ? Allophones.Apply(sounds) : null;

    private bool Starts(SpokenToken next)
    {
        var sounds = next.Kind == SpokenKind.Letters ? Letters.Spell(next.Text[..1], apart: false) : Pronounce(next.Text.ToLowerInvariant());
        return sounds.AsSpan().TrimStart("ˈˌ") is [var first, ..] && Vowels.Contains(first);
    }

    private static string Text(SpokenToken token) => token.Kind == SpokenKind.Pause ? "" : token.Text.ToLowerInvariant();

    /// <summary>The stronger of two marks that meet; none at the start.</summary>
    private static void Pause(StringBuilder phonemes, char mark)
    {
        const string Strength = ",—;:….?!";
        if (phonemes.Length == 0)
        {
            return;
        }

        if (Strength.IndexOf(phonemes[^1], StringComparison.Ordinal) is >= 0 and var there)
        {
            if (Strength.IndexOf(mark, StringComparison.Ordinal) > there)
            {
                phonemes[^1] = mark;
            }

            return;
        }

        phonemes.Append(mark);
    }
}
