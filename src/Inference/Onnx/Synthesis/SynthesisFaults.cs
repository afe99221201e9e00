using System.Globalization;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>Wording of option faults, and their one exception.</summary>
internal static class SynthesisFaults
{
    internal static void File(List<string> faults, string name, string path)
    {
        if (!System.IO.File.Exists(path))
        {
            faults.Add($"{name}: there is no file '{path}'.");
        }
    }

    internal static void Range(List<string> faults, string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {value} is not within {low} to {high}."));
        }
    }

    internal static void Throw(string what, IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new ArgumentException($"{what}: {string.Join(' ', faults)}");
        }
    }
}
