using System.Text;
using System.Text.Json;

namespace Conversation.Inference.Onnx.MiniLm;

/// <summary>BERT's uncased tokenizer: lower case, accents off, split at white space, punctuation and CJK characters, then the longest known piece first ("##" within a word).</summary>
internal sealed class WordPieceTokenizer
{
    private const int MaxWordLength = 100;

    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int _unknown;
    private readonly int _start;
    private readonly int _end;

    private WordPieceTokenizer(Dictionary<string, int> vocabulary)
    {
        _vocabulary = vocabulary;
        _lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        (_unknown, _start, _end) = (vocabulary["[UNK]"], vocabulary["[CLS]"], vocabulary["[SEP]"]);
    }

    public int Count => _vocabulary.Count;

    public static WordPieceTokenizer Load(string path)
    {
        using var file = File.OpenRead(path);
        using var json = JsonDocument.Parse(file);
        if (!json.RootElement.TryGetProperty("model", out var model) || !model.TryGetProperty("vocab", out var vocabulary))
        {
            throw new InvalidDataException($"'{path}' holds no WordPiece vocabulary (model.vocab).");
        }

        return new WordPieceTokenizer(vocabulary.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32(), StringComparer.Ordinal));
    }

    /// <summary>The ids with [CLS] before and [SEP] after, at most <paramref name="limit"/> of them.</summary>
    public long[] Encode(string text, int limit)
    {
        List<long> ids = [_start];
        foreach (var word in Words(text))
        {
            AddPieces(word, ids);
        }

        if (ids.Count > limit - 1)
        {
            ids.RemoveRange(limit - 1, ids.Count - limit + 1);
        }

        ids.Add(_end);
        return [.. ids];
    }

    private static List<string> Words(string text)
    {
        List<string> words = [];
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var folded = AccentFolding.Fold(Rune.ToLowerInvariant(rune));
            if (Rune.IsWhiteSpace(rune))
            {
                Flush();
            }
            else if (IsPunctuation(rune) || IsCjk(rune.Value))
            {
                Flush();
                words.Add(folded);
            }
            else if (!Rune.IsControl(rune) && rune.Value is not (0 or 0xFFFD))
            {
                word.Append(folded);
            }
        }

        Flush();
        return words;

        void Flush()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    // BERT counts all ASCII symbols as punctuation ("$", "+", "~"), beyond ASCII only Unicode's own.
    private static bool IsPunctuation(Rune rune) => Rune.IsPunctuation(rune) || (rune.IsAscii && rune.Value > 32 && rune.Value < 127 && !Rune.IsLetterOrDigit(rune));

    private static bool IsCjk(int c) =>
        c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);

    private void AddPieces(string word, List<long> ids)
    {
        var before = ids.Count;
        if (word.Length > MaxWordLength)
        {
            ids.Add(_unknown);
            return;
        }

        Span<char> piece = stackalloc char[MaxWordLength + 2];
        "##".CopyTo(piece);
        word.CopyTo(piece[2..]);
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            var id = _unknown;
            for (; end > start; end--)
            {
                // For a piece within the word the two characters before it are set to the mark.
                ReadOnlySpan<char> candidate = start == 0 ? piece[2..(end + 2)] : Marked(piece, word, start, end);
                if (_lookup.TryGetValue(candidate, out id))
                {
                    break;
                }
            }

            if (end == start)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(_unknown);
                return;
            }

            ids.Add(id);
            start = end;
        }
    }

    private static ReadOnlySpan<char> Marked(Span<char> piece, string word, int start, int end)
    {
        "##".CopyTo(piece[start..]);
        word.AsSpan(start, end - start).CopyTo(piece[(start + 2)..]);
        return piece[start..(end + 2)];
    }
}
