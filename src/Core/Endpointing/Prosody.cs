namespace Conversation.Core.Endpointing;

/// <summary>Hears from the pitch whether the voice fell: over the last half second of voiced windows, in semitones, against the speaker's own mean. Allocates nothing.</summary>
internal sealed class Prosody
{
    private const int Kept = 16;
    private const int LeastVoiced = 5;
    private const float FallPerSecond = -6;
    private const float RisePerSecond = 8;
    private const float OctaveSlip = 7;
    private const float LowBelowMean = -2.5f;
    private static readonly long Span = SampleCount.FromTime(TimeSpan.FromMilliseconds(480)).Value;
    private readonly (long At, float Semitones)[] _voiced = new (long, float)[Kept];
    private int _count;
    private float _mean;
    private int _meanWeight;

    public void Take(SampleCount at, float hertz)
    {
        if (!(hertz is > 40 and < 800))
        {
            return;
        }

        var semitones = 12 * MathF.Log2(hertz / 100);
        _voiced[_count++ % Kept] = (at.Value, semitones);
        _meanWeight = Math.Min(_meanWeight + 1, 300);
        _mean += (semitones - _mean) / _meanWeight;
    }

    /// <summary>What the voice before <paramref name="end"/> adds to completeness: positive where it fell to its end, a little negative where it stayed level.</summary>
    public float Judge(SampleCount end)
    {
        double n = 0, sumX = 0, sumY = 0, sumXX = 0, sumXY = 0, last = 0;
        var first = Math.Max(0, _count - Kept);
        for (var i = first; i < _count; i++)
        {
            var (at, y) = _voiced[i % Kept];
            if (at > end.Value || at < end.Value - Span || (n > 0 && Math.Abs(y - last) > OctaveSlip))
            {
                continue;
            }

            var x = (at - end.Value) / (double)SampleCount.InputRate;
            n++;
            sumX += x;
            sumY += y;
            sumXX += x * x;
            sumXY += x * y;
            last = y;
        }

        var spread = (n * sumXX) - (sumX * sumX);
        if (n < LeastVoiced || spread <= 1e-9)
        {
            return 0;
        }

        var slope = ((n * sumXY) - (sumX * sumY)) / spread;
        var low = last - _mean < LowBelowMean ? 0.05f : 0;
        return slope < FallPerSecond ? 0.1f + low : slope > RisePerSecond ? 0.05f : low - 0.05f;
    }
}
