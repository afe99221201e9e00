namespace Conversation.Core.Endpointing;

/// <summary>
/// Hears from the pitch whether the voice fell to the bottom of its range, as it does at the end of a statement and not before a pause for thought: the median of the
/// last voiced windows against the mean and the spread of all that this caller has said, in semitones. Many voices end in creak, which has no pitch: then what was
/// voiced last lies well before the end and says nothing, and sound without pitch says that the voice has fallen. Allocates nothing.
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
    private const int Creak = 6;
    private const float CreakOdds = 2;
    private const float SoundingDb = 18;
    private static readonly long Span = SampleCount.FromTime(TimeSpan.FromMilliseconds(640)).Value;
    private readonly (long At, float Semitones)[] _voiced = new (long, float)[Kept];
    private int _count;
    private float _mean;
    private float _variance;
    private int _known;
    private float _level;
    private int _creaky;
    private long _last;

    /// <summary>Numbers that <see cref="Save"/> writes: all of the fields above.</summary>
    public const int StateSize = 7 + (2 * Kept);

    /// <summary>Writes down all that it knows.</summary>
    public void Save(Span<double> to)
    {
        (to[0], to[1], to[2], to[3], to[4], to[5], to[6]) = (_count, _mean, _variance, _known, _level, _creaky, _last);
        for (var i = 0; i < Kept; i++)
        {
            (to[7 + (2 * i)], to[8 + (2 * i)]) = _voiced[i];
        }
    }

    /// <summary>Knows what was written down.</summary>
    public void Load(ReadOnlySpan<double> from)
    {
        (_count, _mean, _variance, _known) = ((int)from[0], (float)from[1], (float)from[2], (int)from[3]);
        (_level, _creaky, _last) = ((float)from[4], (int)from[5], (long)from[6]);
        for (var i = 0; i < Kept; i++)
        {
            _voiced[i] = ((long)from[7 + (2 * i)], (float)from[8 + (2 * i)]);
        }
    }

    /// <summary>A window of speech.</summary>
    public void Take(SampleCount at, float hertz, float levelDb)
    {
        var goesOn = at.Value - _last <= Span;
        _last = at.Value;
        if (!(hertz is > 40 and < 800))
        {
            // Of a final consonant there are few such windows, and what is much softer than the voice is its echo or the room.
            _creaky = !goesOn ? 0 : _known > 0 && levelDb > _level - SoundingDb ? _creaky + 1 : _creaky;
            return;
        }

        var semitones = 12 * MathF.Log2(hertz / 100);
        _voiced[_count++ % Kept] = (at.Value, semitones);
        _known = Math.Min(_known + 1, Remembered);
        var off = semitones - _mean;
        _mean += off / _known;
        _variance += ((off * (semitones - _mean)) - _variance) / _known;
        _level += (levelDb - _level) / _known;
        _creaky = 0;
    }

    /// <summary>What the voice before <paramref name="end"/> adds to the log-odds that the caller is done: positive where it fell low, negative where it stayed up, 0 where there is too little to tell.</summary>
    public float Judge(SampleCount end)
    {
        var creak = end.Value - _last <= Span ? Math.Min(1, (float)_creaky / Creak) : 0;
        return ((1 - creak) * JudgePitch(end)) + (creak * CreakOdds);
    }

    private float JudgePitch(SampleCount end)
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
