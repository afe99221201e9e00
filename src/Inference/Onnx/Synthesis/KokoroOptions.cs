using Conversation.Inference.Lanes;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>The expressive voice: Kokoro-82M.</summary>
public sealed record KokoroOptions
{
    /// <summary>The ONNX file. Required.</summary>
    public string ModelPath { get; init; } = "";

    /// <summary>The folder of style files (NAME.bin, 510 rows of 256 float32). Required.</summary>
    public string VoicesPath { get; init; } = "";

    /// <summary>The voice where none is asked for. Default "af_heart".</summary>
    public string DefaultVoice { get; init; } = "af_heart";

    /// <summary>Where it runs. Default the CPU with 2 threads.</summary>
    public DeviceOptions Device { get; init; } = new() { Threads = 2 };

    /// <summary>Its lane. Default "synthesis-expressive", one worker, 64 clauses may wait.</summary>
    public LaneOptions Lane { get; init; } = new() { Name = "synthesis-expressive" };

    /// <summary>Every fault of these options; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        SynthesisFaults.File(faults, nameof(ModelPath), ModelPath);
        if (!Directory.Exists(VoicesPath))
        {
            faults.Add($"{nameof(VoicesPath)}: there is no folder '{VoicesPath}'.");
        }
        else if (!File.Exists(Path.Combine(VoicesPath, DefaultVoice + ".bin")))
        {
            faults.Add($"{nameof(DefaultVoice)}: '{DefaultVoice}' is not in '{VoicesPath}'.");
        }

        faults.AddRange(Device.Faults("The expressive voice"));
        faults.AddRange(Lane.Faults());
        return faults;
    }
}
