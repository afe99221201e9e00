namespace Conversation.Inference.Onnx;

/// <summary>Where a model runs.</summary>
public sealed record DeviceOptions
{
    /// <summary>"cpu", or "cuda:K" for the K-th CUDA device; where its provider does not load, the CPU is used and the log says why. Default "cpu".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>CPU threads that one run of the model uses. Default 1, 1 to 64.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where each session writes which of its operators ran where, when it ends: the beginning of the file's path. For the device bench.</summary>
    internal string? Profile { get; init; }

    internal int? CudaDevice =>
        Device.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase) && int.TryParse(Device.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture, out var index) && index >= 0 ? index : null;

    /// <summary>What is wrong with these options; empty where nothing is.</summary>
    public IEnumerable<string> Faults(string owner)
    {
        if (!Device.Equals("cpu", StringComparison.OrdinalIgnoreCase) && CudaDevice is null)
        {
            yield return $"{owner}: Device is '{Device}', not 'cpu' or 'cuda:0', 'cuda:1' ….";
        }

        if (Threads is < 1 or > 64)
        {
            yield return $"{owner}: Threads is {Threads}, not 1 to 64.";
        }
    }
}
