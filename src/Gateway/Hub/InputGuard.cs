using Conversation.Sessions;

namespace Conversation.Gateway.Hub;

/// <summary>Judges what one client sends: pace, length and order of its audio, and how many messages. One thread at a time; allocates nothing where all is well.</summary>
internal sealed class InputGuard(GatewayOptions options, TimeProvider time)
{
    private const int LongestMs = 100;
    // Shorter messages are taken, as the end of a recording must be, but count as this much: so their number is bounded too.
    private const int ShortestMs = 10;
    private readonly Bucket control = new(options.ControlPerSecond, options.ControlPerSecond * 4.0, time);
    private Bucket? audio;
    private int rate;
    private long expected;
    private int faults;

    /// <summary>Audio begins, at this rate (hertz), with the message after <paramref name="lastSequence"/>.</summary>
    public void Open(int inputRate, long lastSequence)
    {
        rate = inputRate;
        expected = lastSequence + 1;
        audio = new Bucket(options.AudioRateFactor, options.AudioBurst.TotalSeconds, time);
    }

    /// <summary>True where this message and those before it are more than a client may send.</summary>
    public bool IsControlFlood() => !control.TryTake(1);

    /// <summary>Counts the samples in; true where there are more than a client may send.</summary>
    public bool IsAudioFlood(int samples) => !audio!.TryTake((double)Math.Max(samples, rate * ShortestMs / 1_000) / rate);

    /// <summary>Counts a faulty message; true where there were too many.</summary>
    public bool IsTooMany() => ++faults >= options.MaxFaults;

    /// <summary>What is wrong with this audio message, or null.</summary>
    public SessionFault? Check(long sequence, int samples)
    {
        if (samples > rate * LongestMs / 1_000)
        {
            return new SessionFault("bad_audio", $"pcm holds {samples * 1_000L / rate} ms at {rate} Hz: send {LongestMs} ms at most, 20 to 40 ms at best.", "pcm");
        }

        if (sequence < 0 || Math.Abs(sequence - expected) > options.MaxSequenceGap)
        {
            return new SessionFault("bad_sequence", $"sequence is {sequence} where {expected} was due: count messages up by one, and after resuming go on from lastSequence + 1.", "sequence");
        }

        expected = Math.Max(expected, sequence + 1);
        return null;
    }

    /// <summary>Fills at a rate, holds a burst.</summary>
    private sealed class Bucket(double perSecond, double burst, TimeProvider time)
    {
        private readonly double most = burst;
        private double level = burst;
        private long last = time.GetTimestamp();

        public bool TryTake(double amount)
        {
            var now = time.GetTimestamp();
            level = Math.Min(most, level + (time.GetElapsedTime(last, now).TotalSeconds * perSecond));
            last = now;
            if (level < amount)
            {
                return false;
            }

            level -= amount;
            return true;
        }
    }
}
