using Conversation.Inference.Kaldi;
using Conversation.Inference.Onnx.MiniLm;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.VoiceActivity;

namespace Conversation.Inference;

/// <summary>The engines of hearing and understanding: their files, devices, threads and lanes. Synthesis has options of its own.</summary>
public sealed record InferenceOptions
{
    /// <summary>Voice activity.</summary>
    public required SileroOptions VoiceActivity { get; init; }

    /// <summary>Recognition.</summary>
    public required MoonshineOptions Recognition { get; init; }

    /// <summary>Text embedding; null where no dialog needs it.</summary>
    public MiniLmOptions? Embedding { get; init; }

    /// <summary>Voices told apart; null where nobody needs it.</summary>
    public SpeakerOptions? Speaker { get; init; }

    /// <summary>Every fault of every part, and every file that is not there.</summary>
    public IEnumerable<string> Faults()
    {
        string?[] files =
        [
            VoiceActivity.ModelPath, Recognition.VocabularyPath, Recognition.Quick.EncoderPath, Recognition.Quick.DecoderPath,
            Recognition.Accurate?.EncoderPath, Recognition.Accurate?.DecoderPath, Embedding?.ModelPath, Embedding?.TokenizerPath,
            .. Speaker?.Files ?? [],
        ];
        var absent = files.Where(file => !string.IsNullOrWhiteSpace(file) && !File.Exists(file)).Select(file => $"'{file}' is not there: pull the weights first.");
        return [.. VoiceActivity.Faults(), .. Recognition.Faults(), .. Embedding?.Faults() ?? [], .. Speaker?.Faults() ?? [], .. absent];
    }

    /// <summary>Throws with every fault at once.</summary>
    public void Validate()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The inference options have {faults.Count} faults:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
        }
    }
}
