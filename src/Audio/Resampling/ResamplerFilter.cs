using System.Collections.Concurrent;

namespace Conversation.Audio;

/// <summary>
/// The coefficients of one rate pair, shared by all its resamplers: a windowed sinc cut into as many phases as the reduced ratio needs.
/// Kaiser window and its β: J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974.
/// </summary>
internal sealed class ResamplerFilter
{
    /// <summary>Half the length of the kernel, in samples of the lower rate.</summary>
    private const int HalfWidth = 48;

    /// <summary>Attenuation of the stop band in decibels.</summary>
    private const double Attenuation = 80;

    private static readonly ConcurrentDictionary<(int Up, int Down), ResamplerFilter> Known = new();

    private readonly float[] _taps;

    private ResamplerFilter(int up, int down)
    {
        (Up, Down) = (up, down);
        var stretch = Math.Max(1.0, (double)down / up);

        // Whole vectors, so that the inner loop has no tail.
        Half = ((int)Math.Ceiling(HalfWidth * stretch) + 7) & ~7;
        _taps = new float[up * Taps];

        var beta = 0.1102 * (Attenuation - 8.7);
        // Kaiser's formula for the width of the transition, which ends at half of the lower rate: nothing folds back.
        var transition = (Attenuation - 7.95) / (2.285 * 2 * Math.PI * 2 * HalfWidth);
        var cutoff = (0.5 - (transition / 2)) / stretch;
        var edge = BesselI0(beta);
        var row = new double[Taps];
        for (var phase = 0; phase < up; phase++)
        {
            double sum = 0;
            for (var j = 0; j < row.Length; j++)
            {
                var t = ((double)phase / up) + Half - 1 - j;
                var x = t / Half;
                var window = Math.Abs(x) >= 1 ? 0 : BesselI0(beta * Math.Sqrt(1 - (x * x))) / edge;
                row[j] = 2 * cutoff * Sinc(2 * cutoff * t) * window;
                sum += row[j];
            }

            // Each phase passes a constant unchanged: no ripple at the phase rate.
            for (var j = 0; j < row.Length; j++)
            {
                _taps[(phase * Taps) + j] = (float)(row[j] / sum);
            }
        }
    }

    /// <summary>Phases: the output's share of the reduced ratio.</summary>
    public int Up { get; }

    /// <summary>The input's share of the reduced ratio.</summary>
    public int Down { get; }

    /// <summary>Half the kernel in input samples: so many are needed after the one an output lies on.</summary>
    public int Half { get; }

    /// <summary>Coefficients in a phase.</summary>
    public int Taps => Half * 2;

    public static ResamplerFilter For(int from, int to)
    {
        var divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(from, to);
        return Known.GetOrAdd((to / divisor, from / divisor), static key => new ResamplerFilter(key.Up, key.Down));
    }

    public ReadOnlySpan<float> Phase(int phase) => _taps.AsSpan(phase * Taps, Taps);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double BesselI0(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x / 2 / k * (x / 2 / k);
            sum += term;
        }

        return sum;
    }
}
