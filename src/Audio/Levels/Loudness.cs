namespace Conversation.Audio;

/// <summary>How <see cref="Loudness.Normalise"/> sets the level of speech.</summary>
public sealed record LoudnessOptions
{
    /// <summary>Level that speech is brought to. Default -20; -40 to -6 dBFS (gated RMS).</summary>
    public float TargetDb { get; init; } = -20;

    /// <summary>The most it is raised or lowered. Default 18; 0 to 60 dB.</summary>
    public float MaxGainDb { get; init; } = 18;

    /// <summary>Blocks this far under the loudest block are pauses and do not count. Default 20; 3 to 60 dB.</summary>
    public float GateDb { get; init; } = 20;

    /// <summary>Magnitude from which peaks are bent towards 1. Default 0.85; 0.1 to 0.99 of full scale.</summary>
    public float LimitFrom { get; init; } = 0.85f;

    /// <summary>Every fault, empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Range(faults, nameof(TargetDb), TargetDb, -40, -6);
        Range(faults, nameof(MaxGainDb), MaxGainDb, 0, 60);
        Range(faults, nameof(GateDb), GateDb, 3, 60);
        Range(faults, nameof(LimitFrom), LimitFrom, 0.1f, 0.99f);
        return faults;
    }

    private static void Range(List<string> faults, string name, float value, float least, float most)
    {
        if (!(value >= least && value <= most))
        {
            faults.Add(FormattableString.Invariant($"{name} is {value}, allowed are {least} to {most}."));
        }
    }
}

/// <summary>Brings speech to one level. A gate over 20 ms blocks leaves pauses out, so that a clause with long pauses is not made louder than one without.</summary>
public static class Loudness
{
    /// <summary>The gated RMS level in dBFS of speech at <paramref name="sampleRate"/> hertz; <see cref="Levels.FloorDb"/> for silence.</summary>
    public static float Measure(ReadOnlySpan<float> samples, int sampleRate, float gateDb = 20)
    {
        var block = Math.Max(1, sampleRate / 50);
        var loudest = 0f;
        for (var at = 0; at < samples.Length; at += block)
        {
            loudest = MathF.Max(loudest, Levels.Rms(samples.Slice(at, Math.Min(block, samples.Length - at))));
        }

        var gate = loudest * Levels.FromDb(-gateDb);
        double energy = 0;
        long counted = 0;
        for (var at = 0; at < samples.Length; at += block)
        {
            var part = samples.Slice(at, Math.Min(block, samples.Length - at));
            var rms = Levels.Rms(part);
            if (rms >= gate)
            {
                energy += (double)rms * rms * part.Length;
                counted += part.Length;
            }
        }

        return counted == 0 ? Levels.FloorDb : Levels.ToDb((float)Math.Sqrt(energy / counted));
    }

    /// <summary>Raises or lowers speech in place to the target level and bends peaks. Returns the gain in decibels; silence is left alone (0).</summary>
    public static float Normalise(Span<float> samples, int sampleRate, LoudnessOptions? options = null)
    {
        options ??= new LoudnessOptions();
        var level = Measure(samples, sampleRate, options.GateDb);
        if (level <= Levels.FloorDb + 20)
        {
            return 0;
        }

        var gain = Math.Clamp(options.TargetDb - level, -options.MaxGainDb, options.MaxGainDb);
        Pcm.Gain(samples, Levels.FromDb(gain));
        SoftLimit(samples, options.LimitFrom);
        return gain;
    }

    /// <summary>Bends what exceeds <paramref name="from"/> smoothly (tanh) so that nothing reaches beyond 1; what lies below is untouched.</summary>
    public static void SoftLimit(Span<float> samples, float from = 0.85f)
    {
        if (Levels.Peak(samples) <= from)
        {
            return;
        }

        var room = 1 - from;
        for (var i = 0; i < samples.Length; i++)
        {
            var magnitude = MathF.Abs(samples[i]);
            if (magnitude > from)
            {
                samples[i] = MathF.CopySign(from + (room * MathF.Tanh((magnitude - from) / room)), samples[i]);
            }
        }
    }
}
