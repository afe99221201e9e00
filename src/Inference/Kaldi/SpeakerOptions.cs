using Conversation.Inference.Lanes;

namespace Conversation.Inference.Kaldi;

/// <summary>Voices told apart with Vosk's speaker model. It always runs on the CPU, on a thread of its own.</summary>
public sealed record SpeakerOptions
{
    /// <summary>The folder with the model: final.ext.raw, mean.vec, transform.mat and mfcc.conf.</summary>
    public required string Directory { get; init; }

    /// <summary>Speech needed, pauses left out; less has no vector. Default 1 s, 0.5 to 10 s.</summary>
    public TimeSpan MinSpeech { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Speech looked at, pauses left out; the rest is not, nor is audio after three times as long. Cost grows with it. Default 10 s, 1 to 60 s, not below <see cref="MinSpeech"/>.</summary>
    public TimeSpan MaxSpeech { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests that may wait. Default 64, 1 to 100,000.</summary>
    public int QueueCapacity { get; init; } = 64;

    /// <summary>A run longer than this counts as hung in the lane's status. Default 10 s, 1 s to 1 h.</summary>
    public TimeSpan HungAfter { get; init; } = TimeSpan.FromSeconds(10);

    internal LaneOptions Lane => new() { Name = "speaker", QueueCapacity = QueueCapacity, HungAfter = HungAfter };

    internal string NetworkPath => Path.Combine(Directory, "final.ext.raw");

    internal string MeanPath => Path.Combine(Directory, "mean.vec");

    internal string TransformPath => Path.Combine(Directory, "transform.mat");

    internal string MfccPath => Path.Combine(Directory, "mfcc.conf");

    internal IEnumerable<string> Files => string.IsNullOrWhiteSpace(Directory) ? [] : [NetworkPath, MeanPath, TransformPath, MfccPath];

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            yield return "Speaker: Directory is empty.";
        }

        if (MinSpeech < TimeSpan.FromSeconds(0.5) || MinSpeech > TimeSpan.FromSeconds(10))
        {
            yield return $"Speaker: MinSpeech is {MinSpeech}, not 0.5 to 10 s.";
        }

        if (MaxSpeech < TimeSpan.FromSeconds(1) || MaxSpeech > TimeSpan.FromSeconds(60) || MaxSpeech < MinSpeech)
        {
            yield return $"Speaker: MaxSpeech is {MaxSpeech}, not 1 to 60 s, or below MinSpeech.";
        }

        foreach (var fault in Lane.Faults())
        {
            yield return fault;
        }
    }
}
