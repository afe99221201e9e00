using System.Numerics.Tensors;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.MiniLm;

/// <summary>Text vectors of 384 numbers: the mean of the token vectors, brought to unit length.</summary>
public sealed class MiniLmEmbedder : ITextEmbedder, IDisposable
{
    private const string Session = "embedding";

    private readonly MiniLmOptions _options;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly OnnxModel _model;
    private readonly LruCache<string, float[]> _cache;
    private readonly Lane<string, float[]> _lane;

    /// <summary>Loads the model and starts its lane.</summary>
    public MiniLmEmbedder(MiniLmOptions options, LaneServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        _options = options;
        _tokenizer = WordPieceTokenizer.Load(options.TokenizerPath);
        _model = OnnxModel.Load(options.ModelPath, options.Device, services.Loggers.CreateLogger("Conversation.Inference.Embedding"));
        _cache = new LruCache<string, float[]>(options.CacheEntries);
        _lane = Lane<string, float[]>.OneByOne(options.Lane, services, item => Embed(item.Request), _model.Device);
    }

    /// <inheritdoc/>
    public int Dimensions => 384;

    /// <summary>The lane, for health checks.</summary>
    public ILane Lane => _lane;

    /// <summary>Runs the model once, so that the first caller does not pay for it.</summary>
    public Task WarmUpAsync(CancellationToken cancellation) => EmbedAsync("warm up", cancellation);

    /// <inheritdoc/>
    public async Task<float[]> EmbedAsync(string text, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!_cache.TryGet(text, out var vector))
        {
            vector = await _lane.SubmitAsync(Session, text, 0, cancellation).ConfigureAwait(false);
            _cache.Add(text, vector);
        }

        // The caller's own copy: the cached one must stay as it is.
        return [.. vector];
    }

    /// <summary>Stops the lane and frees the model.</summary>
    public void Dispose()
    {
        _lane.Dispose();
        if (_lane.IsStopped)
        {
            _model.Dispose();
        }
    }

    private float[] Embed(string text)
    {
        var tokens = _tokenizer.Encode(text, _options.MaxTokens);
        var mask = new long[tokens.Length];
        Array.Fill(mask, 1);
        long[] shape = [1, tokens.Length];
        using var ids = OrtValue.CreateTensorValueFromMemory(tokens, shape);
        using var attention = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[tokens.Length], shape);
        using var outputs = _model.Session.Run(OnnxModel.Plain, ["input_ids", "attention_mask", "token_type_ids"], [ids, attention, types], ["last_hidden_state"]);
        var hidden = outputs[0].GetTensorDataAsSpan<float>();
        var vector = new float[Dimensions];
        for (var token = 0; token < tokens.Length; token++)
        {
            TensorPrimitives.Add(vector, hidden.Slice(token * Dimensions, Dimensions), vector);
        }

        // The mean's divisor falls out with the length.
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
