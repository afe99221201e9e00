using Conversation.Inference.Lanes;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>One size of Moonshine with its device and lane.</summary>
public sealed record MoonshineModelOptions
{
    /// <summary>The encoder, encoder_model.onnx.</summary>
    public required string EncoderPath { get; init; }

    /// <summary>The decoder with its cache, decoder_model_merged.onnx.</summary>
    public required string DecoderPath { get; init; }

    /// <summary>Where it runs. Default one CPU thread.</summary>
    public DeviceOptions Device { get; init; } = new();

    /// <summary>Requests that may wait. Default 64, 1 to 100,000.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>Recognitions that run side by side. They share the weights. Default 1, 1 to 64.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>A recognition longer than this counts as hung. Default 30 s, 1 s to 1 h.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(30);

    internal LaneOptions Lane(string name) => new() { Name = name, QueueCapacity = QueueCapacity, Workers = Workers, HungAfter = HungAfter };
}

/// <summary>Recognition with Moonshine: tiny for hypotheses while the caller speaks, base for the words a turn is answered on.</summary>
public sealed record MoonshineOptions
{
    /// <summary>The small model, for <see cref="Ports.RecognitionTier.Quick"/>.</summary>
    public required MoonshineModelOptions Quick { get; init; }

    /// <summary>The larger model, for <see cref="Ports.RecognitionTier.Accurate"/>; null: the small one does all.</summary>
    public MoonshineModelOptions? Accurate { get; init; }

    /// <summary>The token vocabulary: llama-tokenizer.js, which carries it as base64.</summary>
    public required string VocabularyPath { get; init; }

    /// <summary>Requests waiting for the larger model from which on new ones go to the small one. Default 4, 1 to 100,000.</summary>
    public int FallBackFrom { get; init; } = 4;

    /// <summary>When what was decoded is taken for noise.</summary>
    public RejectionOptions Rejection { get; init; } = new();

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var (name, model) in new[] { ("recognition-quick", Quick), ("recognition-accurate", Accurate) })
        {
            if (model is null)
            {
                continue;
            }

            if (string.IsNullOrWhiteSpace(model.EncoderPath) || string.IsNullOrWhiteSpace(model.DecoderPath))
            {
                yield return $"{name}: EncoderPath or DecoderPath is empty.";
            }

            foreach (var fault in model.Device.Faults(name).Concat(model.Lane(name).Faults()))
            {
                yield return fault;
            }
        }

        if (string.IsNullOrWhiteSpace(VocabularyPath))
        {
            yield return "Recognition has no VocabularyPath.";
        }

        if (FallBackFrom is < 1 or > 100_000)
        {
            yield return $"Recognition: FallBackFrom is {FallBackFrom}, not 1 to 100,000.";
        }

        foreach (var fault in Rejection.Faults())
        {
            yield return fault;
        }
    }
}
