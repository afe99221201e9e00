using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>Kokoro's English style files, read when first used. A file holds a style for each clause length in tokens.</summary>
internal sealed class KokoroVoices
{
    internal const string Engine = "kokoro";
    internal const int Rows = 510;
    internal const int Width = 256;
    private readonly string _folder;
    private readonly string _default;
    private readonly ConcurrentDictionary<string, float[]> _styles = new(StringComparer.Ordinal);

    internal KokoroVoices(string folder, string defaultVoice)
    {
        _folder = folder;
        _default = defaultVoice;
        All = [.. Directory.EnumerateFiles(folder, "*.bin")
            .Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(IsEnglish)
            .OrderBy(id => id != defaultVoice).ThenBy(id => id, StringComparer.Ordinal)
            .Select(id => new Voice(id, CultureInfo.InvariantCulture.TextInfo.ToTitleCase(id[3..]), id[0] == 'a' ? "en-US" : "en-GB", Engine))];
    }

    internal IReadOnlyList<Voice> All { get; }

    /// <summary>The style table of a voice, row by row; empty is the default.</summary>
    internal ReadOnlyMemory<float> Style(string voice)
    {
        var id = voice.Length == 0 ? _default : voice;
        return All.Any(v => v.Id == id)
            ? _styles.GetOrAdd(id, Read)
            : throw new ArgumentException($"The expressive engine has no voice '{voice}'.", nameof(voice));
    }

    private float[] Read(string id)
    {
        var bytes = File.ReadAllBytes(Path.Combine(_folder, id + ".bin"));
        return bytes.Length == Rows * Width * sizeof(float)
            ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
            : throw new InvalidDataException($"The style file of '{id}' has {bytes.Length} bytes, not {Rows * Width * sizeof(float)}.");
    }

    /// <summary>Names begin with language and sex: af_, am_ American, bf_, bm_ British.</summary>
    private static bool IsEnglish(string id) => id.Length > 3 && id[0] is 'a' or 'b' && id[1] is 'f' or 'm' && id[2] == '_';
}
