using Conversation.Inference.Ports;

namespace Conversation.Inference.Onnx.VoiceActivity;

/// <summary>One caller's windows waiting, and the model's memory of the caller. The owner's lock guards the ring; context, state and counters belong to the lane's thread.</summary>
internal sealed class SileroStream(SileroVoiceActivity owner, ISpeechScoreSink sink, int capacity) : IVoiceActivityStream
{
    private readonly float[] _windows = new float[capacity * IVoiceActivity.WindowSamples];
    private readonly long[] _ends = new long[capacity];
    private readonly long[] _enqueued = new long[capacity];
    private int _head;
    private int _count;

    public ISpeechScoreSink Sink => sink;

    public float[] Context { get; } = new float[SileroModel.Context];

    public float[] State { get; } = new float[2 * SileroModel.StateSize];

    /// <summary>The end position of the window being scored.</summary>
    public long End { get; private set; }

    /// <summary>Whether it stands in the round of streams that have windows.</summary>
    public bool IsReady { get; set; }

    public bool IsClosed { get; set; }

    public bool HasWindows => _count > 0;

    public int Waiting => _count;

    public long OldestEnqueued => _enqueued[_head];

    public bool TrySubmit(ReadOnlySpan<float> window, long endPosition)
    {
        if (window.Length != IVoiceActivity.WindowSamples)
        {
            throw new ArgumentException($"A window has {IVoiceActivity.WindowSamples} samples, not {window.Length}.", nameof(window));
        }

        return owner.TrySubmit(this, window, endPosition);
    }

    public bool TryPush(ReadOnlySpan<float> window, long end, long now)
    {
        if (_count == _ends.Length)
        {
            return false;
        }

        var slot = (_head + _count) % _ends.Length;
        window.CopyTo(_windows.AsSpan(slot * IVoiceActivity.WindowSamples));
        _ends[slot] = end;
        _enqueued[slot] = now;
        _count++;
        return true;
    }

    /// <summary>Takes the oldest window into a model's input row.</summary>
    public void Pop(Span<float> row)
    {
        var window = _windows.AsSpan(_head * IVoiceActivity.WindowSamples, IVoiceActivity.WindowSamples);
        Context.CopyTo(row);
        window.CopyTo(row[SileroModel.Context..]);
        window[^SileroModel.Context..].CopyTo(Context);
        End = _ends[_head];
        _head = (_head + 1) % _ends.Length;
        _count--;
    }

    /// <summary>Forgets the caller: after a failed run the memory is not to be trusted.</summary>
    public void Forget()
    {
        Array.Clear(Context);
        Array.Clear(State);
    }

    public void Dispose() => owner.Close(this);
}
