using System.Numerics.Tensors;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>
/// One size of Moonshine. Encoder: input_values [1, samples] at 16 kHz. Decoder: greedy, with the keys and values of past steps; those of the encoder come out of
/// the first step (use_cache_branch false) and are kept. Holds no state between calls, so several threads may share it.
/// </summary>
internal sealed class MoonshineModel : IDisposable
{
    private const int StartToken = 1;
    private const int EndToken = 2;
    private const int MaxTokens = 192;
    private const int MostTokensASecond = 10;

    private readonly OnnxModel _encoder;
    private readonly OnnxModel _decoder;
    private readonly int _layers;
    private readonly long[] _emptyPast;
    private readonly string[] _inputNames;
    private readonly string[] _firstOutputs;
    private readonly string[] _laterOutputs;

    public MoonshineModel(MoonshineModelOptions options, ILogger logger)
    {
        _encoder = OnnxModel.Load(options.EncoderPath, options.Device, logger);
        _decoder = OnnxModel.Load(options.DecoderPath, options.Device, logger);
        var inputs = _decoder.Session.InputMetadata;
        _layers = inputs.Keys.Count(name => name.EndsWith(".decoder.key", StringComparison.Ordinal));
        var past = inputs["past_key_values.0.decoder.key"].Dimensions;
        _emptyPast = [0, past[1], 1, past[3]];

        // Order: layer 0 decoder key, decoder value, encoder key, encoder value, layer 1 ...
        string[] kinds = ["decoder.key", "decoder.value", "encoder.key", "encoder.value"];
        var slots = Enumerable.Range(0, _layers).SelectMany(layer => kinds.Select(kind => $"{layer}.{kind}")).ToList();
        _inputNames = ["input_ids", "encoder_hidden_states", "use_cache_branch", .. slots.Select(slot => "past_key_values." + slot)];
        _firstOutputs = ["logits", .. slots.Select(slot => "present." + slot)];
        _laterOutputs = ["logits", .. slots.Where(slot => slot.Contains(".decoder.", StringComparison.Ordinal)).Select(slot => "present." + slot)];
    }

    /// <summary>Where it runs: a device only where both parts do.</summary>
    public string Device => _encoder.Device == _decoder.Device ? _decoder.Device : "cpu";

    /// <summary>Recognises one piece of at most half a minute. <paramref name="seconds"/>: the length of the audio without padding. <paramref name="believeSilence"/>: the probability from which it may say at once that there is nothing. Cancelling stops it between two operators of the model.</summary>
    public MoonshineDecoding Decode(Memory<float> audio, double seconds, float believeSilence, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using var stop = cancellation.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run);
        try
        {
            return Decode(audio, seconds, believeSilence, run, cancellation);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private MoonshineDecoding Decode(Memory<float> audio, double seconds, float believeSilence, RunOptions run, CancellationToken cancellation)
    {
        using var samples = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, audio, [1, audio.Length]);
        using var encoded = _encoder.Session.Run(run, ["input_values"], [samples], ["last_hidden_state"]);

        // Fast speech holds some 6.5 tokens a second (Moonshine's own bound), quick figures nine; more is invention.
        var limit = Math.Min(MaxTokens, (int)Math.Ceiling(seconds * MostTokensASecond) + 8);
        var tokens = new List<int>(limit);
        var logProbability = 0.0;
        var doubtful = false;
        using var cache = new DecoderCache(_layers, _emptyPast);
        var token = StartToken;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            (token, var chosen, var overruled) = Step(run, cache, encoded[0], token, first: tokens.Count == 0, believeSilence);
            logProbability += chosen;
            doubtful |= overruled;
            if (token == EndToken)
            {
                return Done(MoonshineStop.EndToken, 1);
            }

            tokens.Add(token);
            if (RepetitionGuard.IsLoop(tokens))
            {
                return Done(MoonshineStop.Loop, 0);
            }

            if (tokens.Count >= limit)
            {
                return Done(MoonshineStop.TooMany, 0);
            }
        }

        MoonshineDecoding Done(MoonshineStop stop, int endTokens) => new([.. tokens], (float)(logProbability / (tokens.Count + endTokens)), stop, doubtful);
    }

    private (int Token, float LogProbability, bool Overruled) Step(RunOptions run, DecoderCache cache, OrtValue encoded, int token, bool first, float believeSilence)
    {
        using var ids = OrtValue.CreateTensorValueFromMemory(new long[] { token }, [1, 1]);
        using var useCache = OrtValue.CreateTensorValueFromMemory(new[] { !first }, [1]);
        using var outputs = new StepOutputs(_decoder.Session.Run(run, _inputNames, cache.Inputs(ids, encoded, useCache), first ? _firstOutputs : _laterOutputs));
        cache.Take(outputs, first);
        var logits = outputs.Logits.GetTensorMutableDataAsSpan<float>();
        var (best, logProbability) = Likeliest(logits, cache);
        if (!first || best != EndToken || logProbability >= MathF.Log(believeSilence))
        {
            return (best, logProbability, false);
        }

        // Numbers said in a row are now and then taken for nothing, but never surely.
        logits[EndToken] = float.NegativeInfinity;
        (best, logProbability) = Likeliest(logits, cache);
        return (best, logProbability, true);
    }

    private static (int Token, float LogProbability) Likeliest(ReadOnlySpan<float> logits, DecoderCache cache)
    {
        var best = TensorPrimitives.IndexOfMax(logits);

        // log softmax of the best one: -log of the sum of exp(l - max).
        var scratch = cache.Scratch(logits.Length);
        TensorPrimitives.Subtract(logits, logits[best], scratch);
        TensorPrimitives.Exp(scratch, scratch);
        return (best, -MathF.Log(TensorPrimitives.Sum<float>(scratch)));
    }
}
