using System.Numerics.Tensors;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>Cuts audio longer than the model was made for at its quietest moments.</summary>
internal static class Segmenter
{
    private const int Rate = 16_000;

    /// <summary>The longest piece, in samples: 24 s.</summary>
    public const int Longest = 24 * Rate;

    private const int SearchBack = 8 * Rate;
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
