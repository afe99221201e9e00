using System.Numerics.Tensors;

namespace Conversation.Inference.Kaldi;

/// <summary>
/// An x-vector network: time delay layers over the frames, mean and deviation of the last one's outputs over all of them, an affine map of those to the embedding;
/// then the embedding less its mean, whitened, at unit length. Holds its own buffers: one thread at a time.
/// </summary>
internal sealed class SpeakerModel
{
    private readonly TimeDelayLayer[] _layers;
    private readonly TimeDelayLayer _embedding;
    private readonly float _varianceFloor;
    private readonly float[] _mean;
    private readonly KaldiMatrix _transform;
    private readonly float[] _tile;
    private readonly float[][] _frames = [[], []];

    public SpeakerModel(string networkPath, string meanPath, string transformPath)
    {
        var network = KaldiNetwork.Load(networkPath);
        List<TimeDelayLayer> layers = [];
        var inputs = Inputs = network.Inputs;
        var chain = network.Chain;
        var at = 0;
        for (; at + 2 < chain.Count && Types(chain, at, 3) is ["NaturalGradientAffineComponent", "RectifiedLinearComponent", "BatchNormComponent"]; at += 3)
        {
            layers.Add(new TimeDelayLayer(inputs, chain[at], chain[at + 2].Component));
            inputs = layers[^1].Outputs;
        }

        if (layers.Count < 2 || chain.Count - at != 3 || Types(chain, at, 3) is not ["StatisticsExtractionComponent", "StatisticsPoolingComponent", "NaturalGradientAffineComponent"])
        {
            throw new InvalidDataException($"'{networkPath}' is no x-vector network: it is a chain of {string.Join(", ", Types(chain, 0, chain.Count))}.");
        }

        var pooling = chain[at + 1].Component;
        if (!chain[at].Component.Get<bool>("IncludeVarinance") || !pooling.Get<bool>("OutputStddevs") || pooling.Int("NumLogCountFeatures") != 0)
        {
            throw new InvalidDataException($"'{networkPath}' pools otherwise than by mean and deviation.");
        }

        _layers = [.. layers];
        _varianceFloor = pooling.Float("VarianceFloor");

        // It pools from the moment zero on, but what the layers lose at the front is not there.
        PooledFrames = pooling.Int("RightContext") + 1 - layers.Sum(layer => layer.Before);
        _embedding = new TimeDelayLayer(2 * inputs, chain[^1], null);
        _mean = KaldiReader.ReadVector(meanPath);
        _transform = KaldiReader.ReadMatrix(transformPath);
        if (_mean.Length != _embedding.Outputs || _transform.Columns != _mean.Length)
        {
            throw new InvalidDataException($"The network gives {_embedding.Outputs} numbers, '{meanPath}' has {_mean.Length} and '{transformPath}' takes {_transform.Columns}.");
        }

        _tile = new float[TimeDelayLayer.Tile * inputs];
    }

    /// <summary>Numbers in a frame that goes in.</summary>
    public int Inputs { get; }

    /// <summary>Numbers in a vector.</summary>
    public int Dimensions => _transform.Rows;

    /// <summary>Frames that the layers lose at both ends together.</summary>
    public int Context => _layers.Sum(layer => layer.Context);

    /// <summary>Frames that the network pooled at most when it was trained.</summary>
    public int PooledFrames { get; }

    /// <summary>The voice in <paramref name="count"/> frames of mean-normalised features, more than <see cref="Context"/>; at most <paramref name="pooled"/> frames of the last layer count.</summary>
    public float[] Embed(ReadOnlySpan<float> features, int count, int pooled, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(count, Context);
        count = (int)Math.Min(count, (long)pooled + Context);
        var input = features[..(count * Inputs)];
        for (var i = 0; i < _layers.Length - 1; i++)
        {
            var layer = _layers[i];
            count -= layer.Context;
            var output = Buffer(i % 2, count * layer.Outputs);
            for (var start = 0; start < count; start += TimeDelayLayer.Tile)
            {
                cancellation.ThrowIfCancellationRequested();
                layer.Run(input, start, Math.Min(TimeDelayLayer.Tile, count - start), output[(start * layer.Outputs)..]);
            }

            input = output;
        }

        var embedding = new float[_embedding.Outputs];
        _embedding.Run(Pool(input, count - _layers[^1].Context, cancellation), 0, 1, embedding);
        return Whiten(embedding);
    }

    // The last layer is the widest: only a tile of it is ever there.
    private float[] Pool(ReadOnlySpan<float> input, int count, CancellationToken cancellation)
    {
        var layer = _layers[^1];
        var pooled = new float[2 * layer.Outputs];
        var mean = pooled.AsSpan(0, layer.Outputs);
        var deviation = pooled.AsSpan(layer.Outputs);
        for (var start = 0; start < count; start += TimeDelayLayer.Tile)
        {
            cancellation.ThrowIfCancellationRequested();
            var frames = Math.Min(TimeDelayLayer.Tile, count - start);
            layer.Run(input, start, frames, _tile);
            for (var frame = 0; frame < frames; frame++)
            {
                ReadOnlySpan<float> row = _tile.AsSpan(frame * layer.Outputs, layer.Outputs);
                TensorPrimitives.Add(mean, row, mean);
                TensorPrimitives.MultiplyAdd(row, row, deviation, deviation);
            }
        }

        TensorPrimitives.Divide(mean, count, mean);
        for (var i = 0; i < mean.Length; i++)
        {
            deviation[i] = MathF.Sqrt(Math.Max((deviation[i] / count) - (mean[i] * mean[i]), _varianceFloor));
        }

        return pooled;
    }

    private float[] Whiten(float[] embedding)
    {
        TensorPrimitives.Subtract(embedding, _mean, embedding);
        var vector = new float[Dimensions];
        for (var row = 0; row < vector.Length; row++)
        {
            vector[row] = TensorPrimitives.Dot<float>(_transform.Values.AsSpan(row * _transform.Columns, _transform.Columns), embedding);
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    private Span<float> Buffer(int which, int length)
    {
        if (_frames[which].Length < length)
        {
            _frames[which] = new float[length];
        }

        return _frames[which].AsSpan(0, length);
    }

    private static string[] Types(IReadOnlyList<KaldiNode> chain, int start, int count) => [.. chain.Skip(start).Take(count).Select(node => node.Component.Type)];
}
