using System.Numerics.Tensors;

namespace Conversation.Sessions.Pump;

/// <summary>
/// The caller's voice so far: the mean of the vectors of what was said, each weighted by how long it was. What is unlike it is told and not added: it was somebody else.
/// Biometric data: it moves with the session and is never stored. Thread-safe.
/// </summary>
internal sealed class SpeakerVoice
{
    /// <summary>Below it a stretch of speech is taken for another voice: the equal-error point of the model against ten seconds of known voice lies at 0.49 for 1.5 s and 0.59 for 3 s.</summary>
    public const float SameFrom = 0.5f;

    /// <summary>Speech after which the mean is trusted to judge; before it everything is the caller's.</summary>
    private const double TrustedSeconds = 3;

    /// <summary>What counts at most for the past, so that the voice may drift.</summary>
    private const double RememberedSeconds = 60;

    private readonly Lock gate = new();
    private float[]? mean;
    private double seconds;

    /// <summary>A voice as another host knew it; empty for none.</summary>
    public SpeakerVoice(float[]? mean = null, double seconds = 0) => (this.mean, this.seconds) = (mean is { Length: > 0 } ? mean : null, mean is { Length: > 0 } ? seconds : 0);

    /// <summary>The mean, of unit length, and the speech in it; null where nothing was heard.</summary>
    public (float[]? Mean, double Seconds) Known
    {
        get
        {
            lock (gate)
            {
                return (mean, seconds);
            }
        }
    }

    /// <summary>Takes a stretch of speech; gives its likeness to the voice before it (-1 to 1; 1 for the first) and whether it counts as the same.</summary>
    public (float Likeness, bool Same) Take(ReadOnlySpan<float> voice, TimeSpan length)
    {
        lock (gate)
        {
            if (mean is null)
            {
                (mean, seconds) = (voice.ToArray(), length.TotalSeconds);
                return (1, true);
            }

            var likeness = TensorPrimitives.Dot(mean, voice);
            var same = likeness >= SameFrom || seconds < TrustedSeconds;
            if (same)
            {
                var next = new float[mean.Length];
                TensorPrimitives.Multiply(mean, (float)seconds, next);
                TensorPrimitives.MultiplyAdd(voice, (float)length.TotalSeconds, next, next);
                var norm = TensorPrimitives.Norm(next);
                if (norm < 1e-6f)
                {
                    return (likeness, same);
                }

                TensorPrimitives.Divide(next, norm, next);
                mean = next;
                seconds = Math.Min(RememberedSeconds, seconds + length.TotalSeconds);
            }

            return (likeness, same);
        }
    }
}
