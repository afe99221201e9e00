using Conversation.Inference.Ports;

namespace Conversation.Sessions.Composition;

/// <summary>The models that run on a device, loaded.</summary>
internal sealed record DevicePorts : IDisposable
{
    /// <summary>Where they really run: "cpu" also where another device was asked for and cannot be had.</summary>
    public required string Device { get; init; }

    public required IVoiceActivity VoiceActivity { get; init; }

    public required IRecognizer Recognizer { get; init; }

    /// <summary>By tier.</summary>
    public required IReadOnlyDictionary<string, ISynthesizer> Synthesizers { get; init; }

    /// <summary>Tells voices apart; null where the weights for it are not there.</summary>
    public ISpeakerEmbedder? Speakers { get; init; }

    public void Dispose()
    {
        foreach (var port in new object?[] { VoiceActivity, Recognizer, Speakers }.Concat(Synthesizers.Values).OfType<IDisposable>())
        {
            port.Dispose();
        }
    }
}

/// <summary>What this process has of them. <paramref name="Main"/>: null where it runs none. <paramref name="Spare"/>: loads the same on the CPU, for when the device fails; null where the device is the CPU.</summary>
internal sealed record LocalPorts(DevicePorts? Main, Func<CancellationToken, Task<DevicePorts>>? Spare);

/// <summary>Decides which ports the sessions use: this process's own, or another's.</summary>
internal interface IPortRouting
{
    Task<DevicePorts> RouteAsync(LocalPorts local, CancellationToken cancellation);
}

/// <summary>This process's own.</summary>
internal sealed class LocalRouting : IPortRouting
{
    public Task<DevicePorts> RouteAsync(LocalPorts local, CancellationToken cancellation) =>
        Task.FromResult(local.Main ?? throw new ArgumentException("Engines:Lanes is false, and there is no cluster whose models could be used. Set it to true."));
}
