using System.Text;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// Llama's 32,000 tokens, read from llama-tokenizer.js: its base64 text is one token a line, '▁' for a space, "&lt;0xNN&gt;" for a raw byte.
/// Only what turns ids into text is taken.
/// </summary>
internal sealed class LlamaVocabulary
{
    private const string Marker = "llama_vocab_base64 = \"";
    private const int FirstByteToken = 3;

    private readonly byte[][] _tokens;

    private LlamaVocabulary(byte[][] tokens) => _tokens = tokens;

    public int Count => _tokens.Length;

    public static LlamaVocabulary Load(string path) => Parse(File.ReadAllText(path), path);

    public static LlamaVocabulary Parse(string script, string path)
    {
        var start = script.IndexOf(Marker, StringComparison.Ordinal);
        var end = start < 0 ? -1 : script.IndexOf('"', start + Marker.Length);
        if (end < 0)
        {
            throw new InvalidDataException($"'{path}' holds no vocabulary (looked for {Marker}…\").");
        }

        var text = Encoding.UTF8.GetString(Convert.FromBase64String(script[(start + Marker.Length)..end]));
        var lines = text.Split('\n');
        var tokens = new byte[lines.Length][];
        for (var id = 0; id < lines.Length; id++)
        {
            tokens[id] = id switch
            {
                < FirstByteToken => [],
                < FirstByteToken + 256 => [(byte)(id - FirstByteToken)],
                _ => Encoding.UTF8.GetBytes(lines[id].Replace('▁', ' ')),
            };
        }

        return new LlamaVocabulary(tokens);
    }

    /// <summary>The text of the tokens; ids that are no text (control tokens, ids beyond the vocabulary) add nothing.</summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length * 4);
        foreach (var id in ids)
        {
            if (id >= 0 && id < _tokens.Length)
            {
                bytes.AddRange(_tokens[id]);
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray()).Trim();
    }
}
