using System.Runtime.InteropServices;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.VoiceActivity;

/// <summary>A stream's windows: those that wait for a score, and the last that have one. Windows are counted from the stream's first. Allocates once.</summary>
internal sealed class VoiceWindowRing(int queue, int warmUp)
{
    private const int Window = IVoiceActivity.WindowSamples;

    private readonly float[] samples = new float[(queue + warmUp) * Window];
    private readonly long[] ends = new long[queue + warmUp];

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

        var slot = Slot(Added);
        window.CopyTo(samples.AsSpan(slot * Window, Window));
        ends[slot] = end;
        Added++;
        return true;
    }

    /// <summary>The oldest waiting window has its score. Gives back its end.</summary>
    public long Score() => ends[Slot(Scored++)];

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

    private int Slot(long index) => (int)(index % ends.Length);
}
