namespace Conversation.Core.Endpointing;

/// <summary>
/// Hears from the pitch whether the voice fell to the bottom of its range, as it does at the end of a statement and not before a pause for thought: the median of the
/// last voiced windows against the mean and the spread of all that this caller has said, in semitones. Allocates nothing.
/// </summary>
internal sealed class Prosody
{
    private const int Kept = 5;
    private const int LeastVoiced = 3;
    private const float TrustedFrom = 40;
    private const int Remembered = 600;
    private const float LeastSpread = 1.5f;
    private const float Neutral = -0.9f;
    private const float OddsPerSpread = -2.2f;
    private const float MostOdds = 3.2f;
    private static readonly long Span = SampleCount.FromTime(TimeSpan.FromMilliseconds(640)).Value;
    private readonly (long At, float Semitones)[] _voiced = new (long, float)[Kept];
    private int _count;
    private float _mean;
    private float _variance;
    private int _known;

    /// <summary>Numbers that <see cref="Save"/> writes: all of the fields above.</summary>
    public const int StateSize = 4 + (2 * Kept);

    /// <summary>Writes down all that it knows.</summary>
    public void Save(Span<double> to)
    {
        (to[0], to[1], to[2], to[3]) = (_count, _mean, _variance, _known);
        for (var i = 0; i < Kept; i++)
        {
            (to[4 + (2 * i)], to[5 + (2 * i)]) = _voiced[i];
        }
    }

    /// <summary>Knows what was written down.</summary>
    public void Load(ReadOnlySpan<double> from)
    {
        (_count, _mean, _variance, _known) = ((int)from[0], (float)from[1], (float)from[2], (int)from[3]);
        for (var i = 0; i < Kept; i++)
        {
            _voiced[i] = ((long)from[4 + (2 * i)], (float)from[5 + (2 * i)]);
        }
    }

    public void Take(SampleCount at, float hertz)
    {
        if (!(hertz is > 40 and < 800))
        {
            return;
        }

        var semitones = 12 * MathF.Log2(hertz / 100);
        _voiced[_count++ % Kept] = (at.Value, semitones);
        _known = Math.Min(_known + 1, Remembered);
        var off = semitones - _mean;
        _mean += off / _known;
        _variance += ((off * (semitones - _mean)) - _variance) / _known;
    }

    /// <summary>What the voice before <paramref name="end"/> adds to the log-odds that the caller is done: positive where it fell low, negative where it stayed up, 0 where there is too little to tell.</summary>
    public float Judge(SampleCount end)
    {
        Span<float> last = stackalloc float[Kept];
        var count = 0;
        for (var i = Math.Max(0, _count - Kept); i < _count; i++)
        {
            var (at, semitones) = _voiced[i % Kept];
            if (at <= end.Value && at >= end.Value - Span)
            {
                last[count++] = semitones;
            }
        }

        if (count < LeastVoiced)
        {
            return 0;
        }

        last = last[..count];
        last.Sort();
        // Of a caller who has hardly spoken the range is not known, and a voice without melody says nothing.
        var spread = MathF.Sqrt(_variance);
        var trust = _known / (_known + TrustedFrom) * MathF.Min(1, spread / LeastSpread);
        return trust * Math.Clamp((((last[count / 2] - _mean) / MathF.Max(spread, LeastSpread)) - Neutral) * OddsPerSpread, -MostOdds, MostOdds);
    }
}
