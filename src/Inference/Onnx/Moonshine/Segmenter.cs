using System.Numerics.Tensors;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// Cuts long audio at its quietest moments. The pieces before the last depend only on the audio from the start, so that a growing utterance is cut the same way
/// each time and only its last piece has to be recognised again.
/// </summary>
internal static class Segmenter
{
    private const int Rate = 16_000;

    /// <summary>The longest piece, in samples: 16 s.</summary>
    public const int Longest = 16 * Rate;

    private const int SearchBack = 6 * Rate;
    private const int Probe = Rate / 10;

    /// <summary>The length of the first piece of what is left.</summary>
    public static int Next(ReadOnlySpan<float> rest)
    {
        if (rest.Length <= Longest)
        {
            return rest.Length;
        }

        var quietest = float.MaxValue;
        var cut = Longest;
        for (var start = Longest - SearchBack; start + Probe <= Longest; start += Probe / 2)
        {
            var energy = TensorPrimitives.SumOfSquares(rest.Slice(start, Probe));
            if (energy <= quietest)
            {
                (quietest, cut) = (energy, start + (Probe / 2));
            }
        }

        return cut;
    }
}
