using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conversation.Audio;

/// <summary>The inner loops. The order of additions depends on the length alone, never on where the data lies: equal input gives bit-equal output.</summary>
internal static class Kernels
{
    /// <summary>Σ a·b over the length of <paramref name="a"/>.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Check(a.Length, b.Length);
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var second = ref MemoryMarshal.GetReference(b);
        var width = Vector<float>.Count;
        var i = 0;
        Vector<float> even = default, odd = default;
        for (; i <= a.Length - (2 * width); i += 2 * width)
        {
            even = Vector.FusedMultiplyAdd(Load(ref first, i), Load(ref second, i), even);
            odd = Vector.FusedMultiplyAdd(Load(ref first, i + width), Load(ref second, i + width), odd);
        }

        var sum = Vector.Sum(even + odd);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Σ (a - b)² over the length of <paramref name="a"/>.</summary>
    public static float SquaredDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Check(a.Length, b.Length);
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var second = ref MemoryMarshal.GetReference(b);
        var width = Vector<float>.Count;
        var i = 0;
        Vector<float> even = default, odd = default;
        for (; i <= a.Length - (2 * width); i += 2 * width)
        {
            var left = Load(ref first, i) - Load(ref second, i);
            var right = Load(ref first, i + width) - Load(ref second, i + width);
            even = Vector.FusedMultiplyAdd(left, left, even);
            odd = Vector.FusedMultiplyAdd(right, right, odd);
        }

        var sum = Vector.Sum(even + odd);
        for (; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    private static void Check(int a, int b)
    {
        if (b < a)
        {
            throw new ArgumentException("The second span is shorter than the first.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ref float start, int index) =>
        Unsafe.ReadUnaligned<Vector<float>>(ref Unsafe.As<float, byte>(ref Unsafe.Add(ref start, index)));
}
