using System.Globalization;
using Conversation.Inference.Remote;

namespace Conversation.Sessions.Composition;

/// <summary>Where inference runs and how much of the machine it takes.</summary>
public sealed record EngineOptions
{
    /// <summary>"cpu", or "cuda:K" for the K-th CUDA device; where that cannot be had, the CPU is used and the log says why. Default "cpu".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether this process runs models of its own; false only where other silos of its cluster do. Default true.</summary>
    public bool Lanes { get; init; } = true;

    /// <summary>CPU threads of one recognition. Default: half the processors, 1 to 4.</summary>
    public int RecognitionThreads { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>CPU threads of one synthesis. Default: the processors, 1 to 4.</summary>
    public int SynthesisThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Recognitions of one size that run side by side. Default: half the processors, 1 to 8.</summary>
    public int RecognitionWorkers { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    /// <summary>Whether the expressive voices are loaded where their weights are there. Default true.</summary>
    public bool Expressive { get; init; } = true;

    /// <summary>How much the fast voice varies from one time to the next, 0 to 1; at 0 equal text sounds equal and less lively. Default 1.</summary>
    public float Variation { get; init; } = 1;

    /// <summary>Whether voices are told apart where the weights for it are there. Default true.</summary>
    public bool Speaker { get; init; } = true;

    /// <summary>Engines on other servers, beside those here. Default none.</summary>
    public RemoteOptions Remote { get; init; } = new();

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var (name, value) in new[] { ("RecognitionThreads", RecognitionThreads), ("SynthesisThreads", SynthesisThreads), ("RecognitionWorkers", RecognitionWorkers) })
        {
            if (value is < 1 or > 64)
            {
                yield return $"Engines:{name} is {value}; it must be 1 to 64.";
            }
        }

        if (Variation is not (>= 0 and <= 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Engines:Variation is {Variation}; it must be 0 to 1.");
        }

        if (Device != "cpu" && !(Device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(Device.AsSpan(5), out _)))
        {
            yield return $"Engines:Device is '{Device}'; it must be 'cpu' or 'cuda:0', 'cuda:1' ….";
        }

        foreach (var fault in Remote.Validate())
        {
            yield return fault;
        }
    }
}
