using System.Numerics.Tensors;

namespace Conversation.Inference.Kaldi;

/// <summary>A layer of a time delay network: some of its predecessor's frames side by side, an affine map, what is negative set to zero, each output brought to the scale of training.</summary>
internal sealed class TimeDelayLayer
{
    /// <summary>Frames computed at once: they and four rows of weights stay in the nearest caches.</summary>
    public const int Tile = 32;

    private readonly int[] _offsets;
    private readonly int _inputs;
    private readonly int _columns;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly float[]? _scale;
    private readonly float[]? _shift;
    private readonly float[] _spliced;

    /// <param name="inputs">Numbers in a frame of the predecessor.</param>
    /// <param name="affine">The affine map and its offsets.</param>
    /// <param name="normalisation">What brings the outputs to scale; null where the affine map is all.</param>
    public TimeDelayLayer(int inputs, KaldiNode affine, KaldiComponent? normalisation)
    {
        var linear = affine.Component.Get<KaldiMatrix>("LinearParams");
        _bias = affine.Component.Get<float[]>("BiasParams");
        _offsets = affine.Offsets;
        _inputs = inputs;
        if (linear.Columns != inputs * _offsets.Length || linear.Rows != _bias.Length || linear.Rows % MatrixProduct.OutputsAtOnce != 0)
        {
            throw new InvalidDataException($"Component '{affine.Component.Name}' is {linear.Rows} by {linear.Columns}: it does not fit {_offsets.Length} frames of {inputs} numbers.");
        }

        _columns = MatrixProduct.Padded(linear.Columns);
        _weights = new float[linear.Rows * _columns];
        for (var row = 0; row < linear.Rows; row++)
        {
            linear.Values.AsSpan(row * linear.Columns, linear.Columns).CopyTo(_weights.AsSpan(row * _columns));
        }

        _spliced = new float[Tile * _columns];
        if (normalisation is not null)
        {
            (_scale, _shift) = Scale(normalisation);
        }
    }

    public int Outputs => _bias.Length;

    /// <summary>Frames lost at the front.</summary>
    public int Before => -_offsets[0];

    /// <summary>Frames lost at both ends together.</summary>
    public int Context => _offsets[^1] - _offsets[0];

    /// <summary>Computes up to <see cref="Tile"/> frames from frame <paramref name="start"/> on, of those that lie wholly within the predecessor's. Not for two threads at once.</summary>
    public void Run(ReadOnlySpan<float> input, int start, int frames, Span<float> output)
    {
        for (var frame = 0; frame < frames; frame++)
        {
            for (var i = 0; i < _offsets.Length; i++)
            {
                input.Slice((start + frame + _offsets[i] - _offsets[0]) * _inputs, _inputs).CopyTo(_spliced.AsSpan((frame * _columns) + (i * _inputs)));
            }
        }

        MatrixProduct.Multiply(_spliced, frames, _weights, _bias, _columns, output);
        for (var frame = 0; frame < frames && _scale is not null; frame++)
        {
            var row = output.Slice(frame * Outputs, Outputs);
            TensorPrimitives.Max(row, 0, row);
            TensorPrimitives.MultiplyAdd(row, _scale, _shift, row);
        }
    }

    private (float[] Scale, float[] Shift) Scale(KaldiComponent batchNorm)
    {
        var (mean, variance) = (batchNorm.Get<float[]>("StatsMean"), batchNorm.Get<float[]>("StatsVar"));
        if (mean.Length != Outputs || variance.Length != Outputs)
        {
            throw new InvalidDataException($"Component '{batchNorm.Name}' has {mean.Length} numbers, the layer {Outputs}.");
        }

        var (epsilon, target) = (batchNorm.Float("Epsilon"), batchNorm.Float("TargetRms"));
        float[] scale = [.. variance.Select(v => target / MathF.Sqrt(Math.Max(v, 0) + epsilon))];
        return (scale, [.. scale.Select((s, i) => -mean[i] * s)]);
    }
}
