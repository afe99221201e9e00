using System.Numerics.Tensors;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// Copies a piece of audio into a reused buffer, with silence around it and gently raised where it is very quiet.
/// Speech cut close at either end makes the decoder invent a first or last word ("1. Press …"): with 100 ms before and 200 ms after, errors on 40 recorded
/// prompts fell by half for both sizes ("wer" eval).
/// </summary>
internal sealed class AudioPreparation
{
    private const int Before = 1600;
    private const int After = 3200;
    private const float QuietPeak = 0.1f;
    private const float RaisedPeak = 0.3f;
    private const float MostGain = 30;

    private readonly float[] _buffer = new float[Before + Segmenter.Longest + After];

    /// <summary>The prepared piece; valid until the next call.</summary>
    public Memory<float> Prepare(ReadOnlySpan<float> piece)
    {
        var target = _buffer.AsSpan(0, Before + piece.Length + After);
        target[..Before].Clear();
        piece.CopyTo(target[Before..]);
        target[^After..].Clear();
        var peak = piece.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(piece));
        if (peak is > 0 and < QuietPeak)
        {
            TensorPrimitives.Multiply(target, Math.Min(RaisedPeak / peak, MostGain), target);
        }

        return _buffer.AsMemory(0, target.Length);
    }
}
