namespace Conversation.Audio;

/// <summary>
/// Cuts a stream of chunks of any length into windows of one length, with absolute positions. Allocates nothing after construction. Not thread-safe.
/// <code>while (framer.TryTake(ref samples, out var window)) { Use(window, framer.Position); }</code>
/// </summary>
public sealed class Framer
{
    private readonly float[] _pending;
    private int _count;

    /// <summary>A framer of windows of <paramref name="window"/> samples, whose first sample has the position <paramref name="start"/>.</summary>
    public Framer(int window, long start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        _pending = new float[window];
        Position = start;
    }

    /// <summary>Samples in a window.</summary>
    public int Window => _pending.Length;

    /// <summary>The position after the last window that was taken.</summary>
    public long Position { get; private set; }

    /// <summary>Samples that wait for their window to fill.</summary>
    public int Pending => _count;

    /// <summary>
    /// Consumes from <paramref name="samples"/> up to the end of the next window. True: <paramref name="window"/> holds it, valid until the next call, and there may be more.
    /// False: all samples are consumed and wait.
    /// </summary>
    public bool TryTake(ref ReadOnlySpan<float> samples, out ReadOnlySpan<float> window)
    {
        if (_count == 0 && samples.Length >= Window)
        {
            window = samples[..Window];
            samples = samples[Window..];
            Position += Window;
            return true;
        }

        var part = Math.Min(Window - _count, samples.Length);
        samples[..part].CopyTo(_pending.AsSpan(_count));
        samples = samples[part..];
        _count += part;
        if (_count < Window)
        {
            window = default;
            return false;
        }

        _count = 0;
        Position += Window;
        window = _pending;
        return true;
    }

    /// <summary>Drops what waits; the next sample has the position <paramref name="position"/>.</summary>
    public void Reset(long position = 0)
    {
        _count = 0;
        Position = position;
    }
}
