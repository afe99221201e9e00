using System.Text;
using System.Text.Json;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>
/// DeepPhonemizer's forward transformer (MIT). Input <c>text</c> int64 [1,64]: language, each letter three times, end, zeros; output [1,64,82] scores a phoneme for each place,
/// decoded greedily with repeats and blanks dropped (CTC).
/// </summary>
public sealed class DeepPhonemizer : IPronouncer, IDisposable
{
    private const int Places = 64;
    private const string Language = "<en_us>";
    private readonly OnnxModel _model;
    private readonly Dictionary<char, long> _letters = [];
    private readonly List<string> _phonemes = [" "];
    private readonly int _repeats;
    private readonly long _language, _end;

    /// <summary>Loads the model and its tokenizer.json.</summary>
    public DeepPhonemizer(string modelPath, string tokenizerPath, ILogger? logger = null)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(tokenizerPath));
        var root = json.RootElement;
        _repeats = root.GetProperty("char_repeats").GetInt32();
        var languages = root.GetProperty("languages").EnumerateArray().Select(l => $"<{l.GetString()}>").ToList();
        _phonemes.AddRange(languages);
        _phonemes.Add("<end>");
        _language = 1 + languages.IndexOf(Language);
        _end = languages.Count + 1;
        var next = _end + 1;
        foreach (var letter in root.GetProperty("text_symbols").EnumerateArray())
        {
            _letters.TryAdd(letter.GetString()![0], next++);
        }

        _phonemes.AddRange(root.GetProperty("phoneme_symbols").EnumerateArray().Select(p => p.GetString()!));
        _model = OnnxModel.Load(modelPath, new DeviceOptions(), logger ?? NullLogger.Instance, fixedShapes: true);
    }

    /// <inheritdoc/>
    public string? Pronounce(string word)
    {
        var ids = new long[Places];
        var at = 0;
        ids[at++] = _language;
        foreach (var letter in word)
        {
            if (!_letters.TryGetValue(letter, out var id))
            {
                continue;
            }

            if (at + _repeats >= Places)
            {
                return null;
            }

            for (var i = 0; i < _repeats; i++)
            {
                ids[at++] = id;
            }
        }

        if (at == 1)
        {
            return null;
        }

        ids[at] = _end;
        var ipa = Run(ids);
        return MisakiAlphabet.FromIpa(ipa);
    }

    private string Run(long[] ids)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(ids, [1, Places]);
        using var outputs = _model.Session.Run(OnnxModel.Plain, ["text"], [input], ["output"]);
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        var width = scores.Length / Places;
        var ipa = new StringBuilder();
        var previous = -1;
        for (var place = 0; place < Places; place++)
        {
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores.Slice(place * width, width));
            if (best != previous && best < _phonemes.Count)
            {
                if (_phonemes[best] == "<end>")
                {
                    break;
                }

                if (_phonemes[best] is [not '<' and not ' ', ..] symbol)
                {
                    ipa.Append(symbol);
                }
            }

            previous = best;
        }

        return ipa.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
