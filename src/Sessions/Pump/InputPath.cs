using System.Runtime.InteropServices;
using Conversation.Audio;
using Conversation.Core;
using Conversation.Inference.Ports;
using Conversation.Sessions.Moving;

namespace Conversation.Sessions.Pump;

/// <summary>
/// From a client's frame to a scored fact: sequence check, resampling to 16 kHz, windows of 32 ms, level, pitch, voice activity.
/// Fed by one thread at a time; scores come back on the lane's thread. Allocates nothing per frame.
/// </summary>
internal sealed class InputPath : ISpeechScoreSink, IDisposable
{
    /// <summary>Windows that may await their score at once: more than any lane queues.</summary>
    private const int Slots = 256;
    private const float SilenceDb = -55;

    /// <summary>Windows a voice-activity model hears again before it is trusted with what follows.</summary>
    private const int WarmUpWindows = 16;

    /// <summary>Samples at the client's rate that are kept to begin a resampler with: more than its filter is long and its phases repeat after.</summary>
    private const int RecentSamples = 1024;

    private readonly int rate;
    private readonly Action<SessionInput> post;
    private readonly Resampler? resampler;
    private readonly PitchTracker pitch = new();
    private readonly IVoiceActivityStream activity;
    private readonly SampleRing ring;
    private readonly short[] recent;
    private readonly float[] converted;
    private readonly float[] resampled;
    private readonly float[] window = new float[IVoiceActivity.WindowSamples];
    private readonly short[] silence;
    private readonly (float Level, float Pitch)[] facts = new (float, float)[Slots];
    private readonly Lock gate = new();
    private int filled;
    private long position;
    private long lastSequence = -1;
    private int lastLength;
    private long scoredElsewhere;
    private bool frozen;

    public InputPath(int rate, TimeSpan kept, IVoiceActivity voiceActivity, Action<SessionInput> post, InputMove? from = null)
    {
        this.rate = rate;
        this.post = post;
        ring = new SampleRing((int)SampleCount.FromTime(kept).Value, from?.Start ?? 0);
        converted = new float[rate];
        silence = new short[rate];
        resampler = rate == SampleCount.InputRate ? null : new Resampler(rate, SampleCount.InputRate);
        resampled = new float[resampler?.MaxOutput(rate) ?? 0];
        recent = new short[resampler is null ? 0 : RecentSamples];
        activity = voiceActivity.Open(this);
        if (from is not null)
        {
            GoOn(from);
        }
    }

    /// <summary>Rate of what is pushed, in hertz.</summary>
    public int Rate => rate;

    public long LastSequence
    {
        get
        {
            lock (gate)
            {
                return lastSequence;
            }
        }
    }

    /// <summary>The end of the last whole window, at 16 kHz.</summary>
    public long Position
    {
        get
        {
            lock (gate)
            {
                return position;
            }
        }
    }

    /// <summary>Windows the voice-activity lane had no room for.</summary>
    public long WindowsLost { get; private set; }

    /// <summary>Takes one message. Gaps in the sequence are filled with silence (up to a second), repeats dropped.</summary>
    public SessionFault? Push(long sequence, ReadOnlySpan<short> pcm)
    {
        if (pcm.Length > rate)
        {
            return new SessionFault("audio_too_long", $"One Audio message holds at most one second ({rate} samples); this one holds {pcm.Length}.", "pcm");
        }

        lock (gate)
        {
            if (frozen || sequence <= lastSequence)
            {
                return null;
            }

            var missing = lastSequence < 0 ? 0 : sequence - lastSequence - 1;
            lastSequence = sequence;
            if (missing > 0 && lastLength > 0)
            {
                Accept(silence.AsSpan(0, (int)Math.Min(missing * lastLength, silence.Length)));
            }

            lastLength = pcm.Length;
            Accept(pcm);
        }

        return null;
    }

    /// <summary>Copies [start, end) of what was said; shorter where the ring no longer holds it.</summary>
    public float[] Copy(SampleCount start, SampleCount end)
    {
        lock (gate)
        {
            var from = Math.Max(Math.Max(start.Value, 0), ring.Start);
            var to = Math.Min(end.Value, ring.End);
            var samples = new float[Math.Max(0, to - from)];
            ring.CopyTo(from, to, samples);
            return samples;
        }
    }

    /// <summary>What lies before <paramref name="position"/> will not be asked for again.</summary>
    public void Release(SampleCount position)
    {
        lock (gate)
        {
            ring.Release(position.Value);
        }
    }

    /// <summary>
    /// Takes no more, and gives what another host needs to go on after <paramref name="scored"/>, the end of the last window whose score was handled.
    /// </summary>
    public InputMove Freeze(long scored)
    {
        lock (gate)
        {
            frozen = true;
            activity.Dispose();
            var pcm = new short[ring.End - ring.Start + filled];
            ring.CopyTo(ring.Start, ring.End, pcm);
            Pcm.ToShort(window.AsSpan(0, filled), pcm.AsSpan(pcm.Length - filled));
            return new InputMove { Start = ring.Start, Scored = Math.Clamp(scored, ring.Start, ring.End), Pcm = MemoryMarshal.AsBytes(pcm.AsSpan()).ToArray(), LastSequence = lastSequence, LastLength = lastLength, Resampled = Recent() };
        }
    }

    public void OnScore(long endPosition, float probability)
    {
        if (endPosition <= scoredElsewhere)
        {
            return;
        }

        var (level, pitchHz) = facts[SlotOf(endPosition)];
        post(SessionInput.SpeechScored(new SampleCount(endPosition), probability, level, pitchHz));
    }

    public void Dispose() => activity.Dispose();

    private static int SlotOf(long endPosition) => (int)(endPosition / IVoiceActivity.WindowSamples % Slots);

    private void Accept(ReadOnlySpan<short> pcm)
    {
        var samples = converted.AsSpan(0, pcm.Length);
        Pcm.ToFloat(pcm, samples);
        if (resampler is not null)
        {
            samples = resampled.AsSpan(0, resampler.Process(samples, resampled));
            Remember(pcm);
        }

        Window(samples);
    }

    private void Window(ReadOnlySpan<float> samples)
    {
        while (samples.Length > 0)
        {
            var taken = Math.Min(samples.Length, window.Length - filled);
            samples[..taken].CopyTo(window.AsSpan(filled));
            samples = samples[taken..];
            filled += taken;
            if (filled == window.Length)
            {
                Complete();
            }
        }
    }

    private void Remember(ReadOnlySpan<short> pcm)
    {
        pcm = pcm[^Math.Min(pcm.Length, recent.Length)..];
        recent.AsSpan(pcm.Length).CopyTo(recent);
        pcm.CopyTo(recent.AsSpan(recent.Length - pcm.Length));
    }

    /// <summary>The last samples that came, from one at which a resampler that begins there is in step with this one.</summary>
    private byte[] Recent()
    {
        if (resampler is null)
        {
            return [];
        }

        var repeats = rate / (int)System.Numerics.BigInteger.GreatestCommonDivisor(rate, SampleCount.InputRate);
        var oldest = Math.Max(0, resampler.InputPosition - recent.Length);
        var from = (oldest + repeats - 1) / repeats * repeats;
        return MemoryMarshal.AsBytes(recent.AsSpan(recent.Length - (int)Math.Max(0, resampler.InputPosition - from))).ToArray();
    }

    /// <summary>Holds what was said, lets the model hear the end of it again, and has it score what was not scored yet.</summary>
    private void GoOn(InputMove from)
    {
        var pcm = MemoryMarshal.Cast<byte, short>(from.Pcm);
        var known = (int)(from.Scored - from.Start);
        scoredElsewhere = from.Scored;
        lastSequence = from.LastSequence;
        lastLength = from.LastLength;
        if (resampler is not null)
        {
            // What it gives is known already.
            var heard = MemoryMarshal.Cast<byte, short>(from.Resampled);
            Pcm.ToFloat(heard, converted);
            resampler.Process(converted.AsSpan(0, heard.Length), resampled);
            Remember(heard);
        }

        var warm = Math.Min(known / window.Length, WarmUpWindows) * window.Length;
        ring.Append(pcm[..(known - warm)]);
        position = ring.End;
        var rest = new float[pcm.Length - known + warm];
        Pcm.ToFloat(pcm[(known - warm)..], rest);
        Window(rest);
    }

    private void Complete()
    {
        filled = 0;
        position += window.Length;
        ring.Append(window);
        var level = Levels.RmsDb(window);
        var hz = pitch.Track(window);
        facts[SlotOf(position)] = (level, level > SilenceDb ? hz : 0);
        if (!activity.TrySubmit(window, position) && position > scoredElsewhere)
        {
            // The clock of the conversation must go on: an unscored window counts as silence.
            WindowsLost++;
            post(SessionInput.SpeechScored(new SampleCount(position), 0, level));
        }
    }
}
