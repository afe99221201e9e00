using System.Runtime.InteropServices;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.VoiceActivity;

/// <summary>
/// A stream's windows: those that wait for a score, and the last that have one. Windows are counted from the stream's first. It has room for the few that wait while a lane keeps
/// up, takes more while one hangs, and gives that back: every session has one.
/// </summary>
internal sealed class VoiceWindowRing(int queue, int warmUp)
{
    private const int Window = IVoiceActivity.WindowSamples;
    private const int UsuallyWaiting = 16;

    private readonly int usual = Math.Min(UsuallyWaiting, queue) + warmUp;
    private float[] samples = new float[(Math.Min(UsuallyWaiting, queue) + warmUp) * Window];
    private long[] ends = new long[Math.Min(UsuallyWaiting, queue) + warmUp];

    /// <summary>Windows taken so far.</summary>
    public long Added { get; private set; }

    /// <summary>Windows scored so far.</summary>
    public long Scored { get; private set; }

    /// <summary>The first of the windows that warm a stream where it moves.</summary>
    public long WarmFrom => Math.Max(0, Scored - warmUp);

    public bool HasWaiting => Added > Scored;

    /// <summary>Takes a window; false where as many as may wait do.</summary>
    public bool TryAdd(ReadOnlySpan<float> window, long end)
    {
        if (Added - Scored >= queue)
        {
            return false;
        }

        if (Added - WarmFrom >= ends.Length)
        {
            Resize(Math.Min(2 * ends.Length, queue + warmUp));
        }

        var slot = Slot(Added);
        window.CopyTo(samples.AsSpan(slot * Window, Window));
        ends[slot] = end;
        Added++;
        return true;
    }

    /// <summary>The oldest waiting window has its score. Gives back its end.</summary>
    public long Score()
    {
        var end = ends[Slot(Scored++)];
        if (ends.Length > usual && !HasWaiting)
        {
            Resize(usual);
        }

        return end;
    }

    public ReadOnlySpan<float> this[long index] => samples.AsSpan(Slot(index) * Window, Window);

    public long EndOf(long index) => ends[Slot(index)];

    /// <summary>Windows [from, to) as bytes.</summary>
    public byte[] Copy(long from, long to)
    {
        var bytes = new byte[(to - from) * Window * sizeof(float)];
        var left = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (var index = from; index < to; index++)
        {
            this[index].CopyTo(left);
            left = left[Window..];
        }

        return bytes;
    }

    /// <summary>Moves what is held to a ring of another size.</summary>
    private void Resize(int windows)
    {
        var (oldSamples, oldEnds) = (samples, ends);
        samples = new float[windows * Window];
        ends = new long[windows];
        for (var index = WarmFrom; index < Added; index++)
        {
            var from = (int)(index % oldEnds.Length);
            oldSamples.AsSpan(from * Window, Window).CopyTo(samples.AsSpan(Slot(index) * Window));
            ends[Slot(index)] = oldEnds[from];
        }
    }

    private int Slot(long index) => (int)(index % ends.Length);
}
