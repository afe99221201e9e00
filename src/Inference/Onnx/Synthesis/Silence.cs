namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>Takes away the silence around a clause; the pauses between clauses are the speaker's to choose.</summary>
internal static class Silence
{
    private const float FloorBelowPeak = 0.006f; // -44 dB: keeps a closing s or f, drops the models' hiss.

    /// <summary>The part of <paramref name="speech"/> that sounds, with <paramref name="lead"/> and <paramref name="tail"/> kept around it, its phoneme ends moved along.</summary>
    internal static ModelSpeech Trim(ModelSpeech speech, int rate, TimeSpan lead, TimeSpan tail)
    {
        var samples = speech.Samples;
        var window = rate / 200;
        var peak = 0f;
        foreach (var sample in samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        var floor = peak * FloorBelowPeak;
        int first = -1, last = -1;
        for (var at = 0; at < samples.Length; at += window)
        {
            if (Level(samples.AsSpan(at, Math.Min(window, samples.Length - at))) > floor)
            {
                first = first < 0 ? at : first;
                last = at + window;
            }
        }

        if (first < 0)
        {
            return new([], speech.PhonemeEnds is null ? null : new int[speech.PhonemeEnds.Length]);
        }

        var start = Math.Max(0, first - (int)(lead.TotalSeconds * rate));
        var end = Math.Min(samples.Length, last + (int)(tail.TotalSeconds * rate));
        var ends = speech.PhonemeEnds?.Select(e => Math.Clamp(e - start, 0, end - start)).ToArray();
        return new(samples[start..end], ends);
    }

    private static float Level(ReadOnlySpan<float> window)
    {
        var sum = 0f;
        foreach (var sample in window)
        {
            sum += sample * sample;
        }

        return MathF.Sqrt(sum / window.Length);
    }
}
