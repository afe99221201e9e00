using System.Numerics;

namespace Conversation.Inference.Kaldi;

/// <summary>The power spectrum of a short window, by a plain radix-2 Fourier transform.</summary>
internal sealed class Fourier
{
    private readonly Complex[] _turns;
    private readonly Complex[] _values;
    private readonly int[] _order;

    /// <param name="size">Samples, a power of two.</param>
    public Fourier(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(BitOperations.IsPow2(size), true);
        _values = new Complex[size];
        _turns = [.. Enumerable.Range(0, size / 2).Select(i => Complex.FromPolarCoordinates(1, -2 * Math.PI * i / size))];
        _order = new int[size];
        for (var i = 1; i < size; i++)
        {
            _order[i] = (_order[i / 2] / 2) + (i % 2 == 0 ? 0 : size / 2);
        }
    }

    /// <summary>The power of each frequency from zero to half the sample rate, both included.</summary>
    public void Power(ReadOnlySpan<float> window, Span<float> power)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = _order[i] < window.Length ? window[_order[i]] : 0;
        }

        for (var half = 1; half < _values.Length; half *= 2)
        {
            var step = _values.Length / (2 * half);
            for (var start = 0; start < _values.Length; start += 2 * half)
            {
                for (var i = 0; i < half; i++)
                {
                    ref var upper = ref _values[start + i];
                    ref var lower = ref _values[start + i + half];
                    var turned = lower * _turns[i * step];
                    (upper, lower) = (upper + turned, upper - turned);
                }
            }
        }

        for (var i = 0; i <= _values.Length / 2; i++)
        {
            power[i] = (float)((_values[i].Real * _values[i].Real) + (_values[i].Imaginary * _values[i].Imaginary));
        }
    }
}
