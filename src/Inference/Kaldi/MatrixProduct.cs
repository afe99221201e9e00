using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Conversation.Inference.Kaldi;

/// <summary>
/// Rows times a matrix of weights, on this thread. Two rows and four outputs at a time stay in registers; a caller that brings about 32 rows at once reads the weights once for all of them.
/// </summary>
internal static class MatrixProduct
{
    /// <summary>Rows of both factors are filled with zeros up to a multiple of this.</summary>
    public const int Alignment = 16;

    public const int OutputsAtOnce = 4;

    public static int Padded(int columns) => (columns + Alignment - 1) / Alignment * Alignment;

    /// <summary>For each row of <paramref name="x"/>: its product with each of the weights' rows, of which there must be a multiple of four, plus the bias.</summary>
    public static void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int columns, Span<float> y)
    {
        var outputs = bias.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % Alignment, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs % OutputsAtOnce, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(x.Length, rows * columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(weights.Length, outputs * columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, rows * outputs);
        for (var output = 0; output < outputs; output += OutputsAtOnce)
        {
            ref var w = ref MemoryMarshal.GetReference(weights[(output * columns)..]);
            for (var row = 0; row < rows; row += 2)
            {
                // An odd last row is computed twice.
                var other = Math.Min(row + 1, rows - 1);
                var (first, second) = TwoByFour(ref MemoryMarshal.GetReference(x[(row * columns)..]), ref MemoryMarshal.GetReference(x[(other * columns)..]), ref w, columns);
                var offset = Vector128.Create(bias.Slice(output, OutputsAtOnce));
                (first + offset).CopyTo(y.Slice((row * outputs) + output, OutputsAtOnce));
                (second + offset).CopyTo(y.Slice((other * outputs) + output, OutputsAtOnce));
            }
        }
    }

    // The bounds have been checked: here every instruction counts.
    private static (Vector128<float> First, Vector128<float> Second) TwoByFour(ref float x0, ref float x1, ref float w, int columns)
    {
        Vector<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (var k = 0; k < columns; k += Vector<float>.Count)
        {
            var a = Load(ref x0, k);
            var b = Load(ref x1, k);
            var weight = Load(ref w, k);
            (a0, b0) = (Vector.FusedMultiplyAdd(a, weight, a0), Vector.FusedMultiplyAdd(b, weight, b0));
            weight = Load(ref w, columns + k);
            (a1, b1) = (Vector.FusedMultiplyAdd(a, weight, a1), Vector.FusedMultiplyAdd(b, weight, b1));
            weight = Load(ref w, (2 * columns) + k);
            (a2, b2) = (Vector.FusedMultiplyAdd(a, weight, a2), Vector.FusedMultiplyAdd(b, weight, b2));
            weight = Load(ref w, (3 * columns) + k);
            (a3, b3) = (Vector.FusedMultiplyAdd(a, weight, a3), Vector.FusedMultiplyAdd(b, weight, b3));
        }

        return (Vector128.Create(Vector.Sum(a0), Vector.Sum(a1), Vector.Sum(a2), Vector.Sum(a3)), Vector128.Create(Vector.Sum(b0), Vector.Sum(b1), Vector.Sum(b2), Vector.Sum(b3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ref float start, int at) => Vector.LoadUnsafe(ref start, (nuint)at);
}
