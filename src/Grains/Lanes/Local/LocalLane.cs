using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.Local;

/// <summary>What a host says of a lane it has: see <see cref="LocalLanes.Add"/>.</summary>
internal sealed record LaneSetup
{
    /// <summary>Its name, unique on its silo, such as "cuda:0/recognition".</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required LaneRole Role { get; init; }

    /// <summary>"cpu", "cuda:0" ….</summary>
    public required string Device { get; init; }

    /// <summary>Gives the port's implementation: <see cref="IRecognizer"/>, <see cref="ISynthesizer"/>, <see cref="IVoiceActivity"/> …. A spare lane's is called when it is first needed, once more where it fails.</summary>
    public required Func<CancellationToken, Task<object>> Load { get; init; }

    /// <summary>True for one that stands in only where a better one fails, here or elsewhere.</summary>
    public bool Spare { get; init; }

    /// <summary>Synthesis: "fast" or "expressive".</summary>
    public string Tier { get; init; } = "";

    /// <summary>Synthesis: the engine's name.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Synthesis: its voices, the default first; known before a spare lane is loaded.</summary>
    public IReadOnlyList<Voice> Voices { get; init; } = [];

    /// <summary>Speaker: numbers in a vector.</summary>
    public int Dimensions { get; init; }

    /// <summary>A lane that is loaded.</summary>
    public static LaneSetup Of(string name, LaneRole role, string device, object port, string tier = "") => new()
    {
        Name = name,
        Role = role,
        Device = device,
        Tier = tier,
        Engine = (port as ISynthesizer)?.Engine ?? "",
        Voices = (port as ISynthesizer)?.Voices ?? [],
        Dimensions = (port as ISpeakerEmbedder)?.Dimensions ?? 0,
        Load = _ => Task.FromResult(port),
    };
}

/// <summary>A lane of this silo.</summary>
internal sealed class LocalLane
{
    private readonly LaneSetup setup;
    private readonly Lock gate = new();
    private Task<object>? loading;

    public LocalLane(LaneSetup setup, LaneHealth health)
    {
        (this.setup, Health) = (setup, health);
        if (!setup.Spare)
        {
            // Here and now: what is loaded already can be asked at once.
            loading = StartAsync();
        }
    }

    public string Name => setup.Name;

    public LaneRole Role => setup.Role;

    public string Tier => setup.Tier;

    public bool Spare => setup.Spare;

    public LaneHealth Health { get; }

    /// <summary>Its port, where it is loaded.</summary>
    public object? Port => Volatile.Read(ref loading) is { IsCompletedSuccessfully: true } loaded ? loaded.Result : null;

    /// <summary>False where it failed lately or hangs.</summary>
    public bool IsHealthy => Health.IsOpen && !Hangs;

    public LaneCard Card => new()
    {
        Name = setup.Name,
        Role = setup.Role,
        Device = setup.Device,
        Healthy = IsHealthy,
        Spare = setup.Spare,
        Tier = setup.Tier,
        Engine = setup.Engine,
        Voices = [.. setup.Voices.Select(VoiceCard.Of)],
        Dimensions = setup.Dimensions,
    };

    private bool Hangs => Port is ILane { Status.Hung: true };

    /// <summary>Whether a request may go there now.</summary>
    public bool TryEnter() => !Hangs && Health.TryEnter();

    /// <summary>Begins to load it.</summary>
    public void Warm() => _ = LoadAsync();

    /// <summary>Its port, loaded first where it was not. Throws what loading threw.</summary>
    public async Task<TPort> PortAsync<TPort>(CancellationToken cancellation)
        where TPort : class =>
        (Port ?? await LoadAsync().WaitAsync(cancellation).ConfigureAwait(false)) as TPort
            ?? throw new InvalidOperationException($"The lane '{Name}' is no {typeof(TPort).Name}.");

    private Task<object> LoadAsync()
    {
        lock (gate)
        {
            if (loading is null or { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                // Off the caller's thread and context; what the first caller cancels the others may still want.
                loading = Task.Run(StartAsync);
            }

            return loading;
        }
    }

    private async Task<object> StartAsync() => await setup.Load(CancellationToken.None).ConfigureAwait(false);
}
