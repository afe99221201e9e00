using Conversation.Inference.Lanes;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The fast voice: a VITS model as Piper exports it, with many speakers.</summary>
public sealed record VitsOptions
{
    /// <summary>The ONNX file. Required.</summary>
    public string ModelPath { get; init; } = "";

    /// <summary>The token list beside it: one symbol and its number a line. Required.</summary>
    public string TokensPath { get; init; } = "";

    /// <summary>Where it runs. Default the CPU with 2 threads: more shorten the first clause, fewer let other lanes run beside it.</summary>
    public DeviceOptions Device { get; init; } = new() { Threads = 2 };

    /// <summary>Its lane. Default "synthesis-fast", one worker, 64 clauses may wait.</summary>
    public LaneOptions Lane { get; init; } = new() { Name = "synthesis-fast" };

    /// <summary>How far the sound wanders. Default 0.4; 0 to 1. The exporter's own 0.667 is livelier and less clear. 0 together with <see cref="RhythmNoise"/> 0 makes equal input sound equal.</summary>
    public float Noise { get; init; } = 0.4f;

    /// <summary>How far the rhythm wanders. Default 0.5; 0 to 1.</summary>
    public float RhythmNoise { get; init; } = 0.5f;

    /// <summary>The pace at speed 1: 1 is the training speakers', less is slower. Default 1; 0.5 to 2.</summary>
    public float Pace { get; init; } = 1f;

    /// <summary>Every fault of these options; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        SynthesisFaults.File(faults, nameof(ModelPath), ModelPath);
        SynthesisFaults.File(faults, nameof(TokensPath), TokensPath);
        faults.AddRange(Device.Faults("The fast voice"));
        faults.AddRange(Lane.Faults());
        SynthesisFaults.Range(faults, nameof(Noise), Noise, 0, 1);
        SynthesisFaults.Range(faults, nameof(RhythmNoise), RhythmNoise, 0, 1);
        SynthesisFaults.Range(faults, nameof(Pace), Pace, 0.5, 2);
        return faults;
    }
}
