using System.Numerics.Tensors;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>Copies a piece of audio into a reused buffer, padded to what the encoder needs at least and gently raised where it is very quiet.</summary>
internal sealed class AudioPreparation
{
    /// <summary>The shortest input, in samples: 0.25 s. The encoder's convolutions swallow the first 64 ms.</summary>
    public const int Shortest = 4000;

    private const float QuietPeak = 0.1f;
    private const float RaisedPeak = 0.3f;
    private const float MostGain = 30;

    private float[] _buffer = new float[Segmenter.Longest];

    public Memory<float> Prepare(ReadOnlySpan<float> piece)
    {
        var length = Math.Max(piece.Length, Shortest);
        if (_buffer.Length < length)
        {
            _buffer = new float[length];
        }

        var target = _buffer.AsSpan(0, length);
        piece.CopyTo(target);
        target[piece.Length..].Clear();
        var peak = piece.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(piece));
        if (peak is > 0 and < QuietPeak)
        {
            TensorPrimitives.Multiply(target, Math.Min(RaisedPeak / peak, MostGain), target);
        }

        return _buffer.AsMemory(0, length);
    }
}
