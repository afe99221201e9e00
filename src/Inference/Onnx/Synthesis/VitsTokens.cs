using System.Globalization;
using System.Text;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>A clause as the model's numbers, and for each character of its phonemes the last number that belongs to it.</summary>
internal readonly record struct VitsClause(long[] Ids, int[] LastToken);

/// <summary>Piper's symbol table, and the way there from the Kokoro alphabet.</summary>
internal sealed class VitsTokens
{
    private const long Blank = 0, Start = 1, End = 2;
    private readonly Dictionary<char, long> _ids = [];

    private VitsTokens()
    {
    }

    /// <summary>Reads "symbol number" lines; the symbol may itself be a space.</summary>
    internal static VitsTokens Load(string path)
    {
        var tokens = new VitsTokens();
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
        {
            var cut = line.LastIndexOf(' ');
            if (cut == 1 && long.TryParse(line.AsSpan(2), CultureInfo.InvariantCulture, out var id))
            {
                tokens._ids[line[0]] = id;
            }
        }

        return tokens._ids.Count > 0 ? tokens : throw new InvalidDataException($"'{path}' holds no symbols.");
    }

    internal bool Has(char symbol) => _ids.ContainsKey(symbol);

    internal VitsClause Encode(string phonemes)
    {
        var ids = new List<long>(phonemes.Length * 3) { Start, Blank };
        var last = new int[phonemes.Length];
        for (var i = 0; i < phonemes.Length; i++)
        {
            foreach (var symbol in EspeakAlphabet.Spell(phonemes, i))
            {
                if (_ids.TryGetValue(symbol, out var id))
                {
                    ids.Add(id);
                    ids.Add(Blank);
                }
            }

            last[i] = ids.Count - 1;
        }

        ids.Add(End);
        return new([.. ids], last);
    }
}
