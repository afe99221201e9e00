namespace Conversation.Audio;

/// <summary>
/// Fills in for lost audio of a voice: the last pitch periods again, two and then three of them as the loss goes on, fading out after 10 ms and silent after 60 ms; what
/// comes after the loss is blended in. After ITU-T G.711 Appendix I (9/99), but without its delay of 3.75 ms: the past cannot be changed any more, so a step at the seam is bent away
/// instead. Allocates nothing after construction. Not thread-safe.
/// </summary>
public sealed class LossConcealer
{
    // In milliseconds at any rate; the numbers are the recommendation's.
    private const double HistoryMs = 48.75;
    private const double ShortestPitchMs = 5;
    private const double LongestPitchMs = 15;
    private const double ComparedMs = 20;
    private const double BlockMs = 10;
    private const float FadePerBlock = 0.2f;
    private const double SeamMs = 2;

    private readonly short[] history;
    private readonly float[] period;
    private readonly float[] former;
    private readonly int shortest;
    private readonly int longest;
    private readonly int compared;
    private readonly int coarse;
    private readonly int block;
    private readonly int seam;
    private int filled;
    private int lost;
    private int pitch;
    private int periodLength;
    private int at;
    private int formerLength;
    private int formerAt;
    private float step;

    /// <summary>A concealer for audio of this rate, 8,000 to 48,000 hertz.</summary>
    public LossConcealer(int sampleRate)
    {
        if (sampleRate is < 8_000 or > 48_000)
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "Allowed are 8000 to 48000.");
        }

        history = new short[Samples(HistoryMs)];
        (shortest, longest, compared, block, seam) = (Samples(ShortestPitchMs), Samples(LongestPitchMs), Samples(ComparedMs), Samples(BlockMs), Samples(SeamMs));
        coarse = sampleRate / 8_000 * 2;
        period = new float[3 * longest];
        former = new float[longest / 4];

        int Samples(double ms) => (int)Math.Round(sampleRate * ms / 1_000);
    }

    /// <summary>Samples lost in a row so far.</summary>
    public int Lost => lost;

    /// <summary>Takes audio that came, of any length. After a loss its beginning is changed in place, so that it follows smoothly.</summary>
    public void Take(Span<short> samples)
    {
        if (samples.IsEmpty)
        {
            return;
        }

        if (lost > 0)
        {
            // A quarter of a period, and 4 ms more for each further 10 ms lost, 10 ms at most.
            var blend = pitch == 0 ? 0 : Math.Min(samples.Length, Math.Min(block, (pitch / 4) + (block * 2 / 5 * Math.Max(0, (lost / block) - 1))));
            for (var i = 0; i < blend; i++)
            {
                var weight = (i + 1f) / (blend + 1);
                samples[i] = Clip((Next() * (1 - weight)) + (samples[i] * weight));
            }

            lost = 0;
        }

        Remember(samples);
    }

    /// <summary>Fills in for as much audio as was lost; call it again while the loss goes on.</summary>
    public void Conceal(Span<short> samples)
    {
        if (samples.IsEmpty)
        {
            return;
        }

        if (lost == 0)
        {
            Begin();
        }

        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Clip(Next());
        }
    }

    /// <summary>Forgets the past.</summary>
    public void Reset() => (filled, lost, pitch) = (0, 0, 0);

    private static short Clip(float sample) => (short)Math.Clamp(MathF.Round(sample), short.MinValue, short.MaxValue);

    private void Remember(ReadOnlySpan<short> samples)
    {
        var keep = Math.Min(samples.Length, history.Length);
        history.AsSpan(keep).CopyTo(history);
        samples[^keep..].CopyTo(history.AsSpan(history.Length - keep));
        filled = Math.Min(history.Length, filled + keep);
    }

    private void Begin()
    {
        // With less of the past than this there is nothing to repeat.
        pitch = filled < history.Length ? 0 : FindPitch();
        if (pitch > 0)
        {
            Extend(1);
            at = 0;
            formerAt = formerLength = 0;
            // What follows the last sample by its own past, and what it is: the difference dies away within 2 ms.
            step = history[^1] - history[^(pitch + 1)];
        }
    }

    /// <summary>The next sample of what stands for the loss.</summary>
    private float Next()
    {
        if (pitch == 0)
        {
            lost++;
            return 0;
        }

        if (lost == block || lost == 2 * block)
        {
            // The same period for longer than this buzzes: now two of them in turn, then three, from the place in the period where it is.
            KeepFormer();
            var from = at % pitch;
            Extend((lost / block) + 1);
            at = from;
        }

        var gain = lost < block ? 1 : Math.Max(0, 1 - (FadePerBlock * (lost - block) / block));
        var bend = lost < seam ? step * (seam - lost) / seam : 0;
        var next = period[at];
        if (formerAt < formerLength)
        {
            var weight = (formerAt + 1f) / (formerLength + 1);
            next = (former[formerAt++] * (1 - weight)) + (next * weight);
        }

        var sample = (next + bend) * gain;
        at = at + 1 == periodLength ? 0 : at + 1;
        lost++;
        return sample;
    }

    /// <summary>How what is repeated would go on: what follows is blended into it.</summary>
    private void KeepFormer()
    {
        (formerAt, formerLength) = (0, pitch / 4);
        for (var i = 0; i < formerLength; i++)
        {
            former[i] = period[(at + i) % periodLength];
        }
    }

    /// <summary>The last so many periods, their end blended into what stood before them, so that they can be repeated without a seam.</summary>
    private void Extend(int periods)
    {
        periodLength = periods * pitch;
        var start = history.Length - periodLength;
        for (var i = 0; i < periodLength; i++)
        {
            period[i] = history[start + i];
        }

        var blend = Math.Min(pitch / 4, start);
        for (var i = 0; i < blend; i++)
        {
            var weight = (i + 1f) / (blend + 1);
            var n = periodLength - blend + i;
            period[n] = (period[n] * (1 - weight)) + (history[start - blend + i] * weight);
        }
    }

    /// <summary>The lag at which the end of the history is most like what came before: first every second sample at 8 kHz, then exactly.</summary>
    private int FindPitch()
    {
        var best = Best(shortest, longest, coarse, coarse);
        return Best(Math.Max(shortest, best - coarse), Math.Min(longest, best + coarse), 1, 1);
    }

    private int Best(int from, int to, int lagStep, int sampleStep)
    {
        var (best, bestScore) = (from, float.NegativeInfinity);
        for (var lag = from; lag <= to; lag += lagStep)
        {
            float product = 0, energy = 0;
            for (var i = history.Length - compared; i < history.Length; i += sampleStep)
            {
                float earlier = history[i - lag];
                product += history[i] * earlier;
                energy += earlier * earlier;
            }

            // Below this level it is noise of the line, and any lag will do.
            var score = product / MathF.Sqrt(Math.Max(energy, 100f * compared / sampleStep));
            if (score > bestScore)
            {
                (best, bestScore) = (lag, score);
            }
        }

        return best;
    }
}
