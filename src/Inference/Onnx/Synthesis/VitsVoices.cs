using System.Globalization;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The speakers of the fast model that are offered by name. Any other is reached as "speaker-N".</summary>
internal static class VitsVoices
{
    internal const string Engine = "vits";
    private const string Numbered = "speaker-";

    private static readonly (string Id, string Name, int Speaker)[] Chosen =
    [
        ("ada", "Ada", 3),
    ];

    internal static IReadOnlyList<Voice> All { get; } = [.. Chosen.Select(v => new Voice(v.Id, v.Name, "en-US", Engine))];

    /// <summary>The model's number of a voice; empty is the default.</summary>
    internal static int Speaker(string voice)
    {
        if (voice.Length == 0)
        {
            return Chosen[0].Speaker;
        }

        foreach (var chosen in Chosen)
        {
            if (chosen.Id == voice)
            {
                return chosen.Speaker;
            }
        }

        return voice.StartsWith(Numbered, StringComparison.Ordinal)
            && int.TryParse(voice.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var speaker)
            ? speaker
            : throw new ArgumentException($"The fast engine has no voice '{voice}'.", nameof(voice));
    }
}
