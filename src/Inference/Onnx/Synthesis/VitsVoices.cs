using System.Globalization;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The speakers of the fast model that are offered by name. Any other is reached as "speaker-N".</summary>
internal static class VitsVoices
{
    internal const string Engine = "vits";
    private const string Numbered = "speaker-";

    // Four high and four low voices that the recogniser understands best (evals: "speakers"), the best first. Hertz: median pitch.
    private static readonly (string Id, string Name, int Speaker)[] Chosen =
    [
        ("robin", "Robin", 80), // 181 Hz
        ("morgan", "Morgan", 330), // 116 Hz
        ("rowan", "Rowan", 70), // 119 Hz, unhurried
        ("sage", "Sage", 340), // 196 Hz, unhurried
        ("avery", "Avery", 310), // 202 Hz
        ("jordan", "Jordan", 250), // 232 Hz
        ("quinn", "Quinn", 50), // 91 Hz
        ("ash", "Ash", 3), // 103 Hz
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
