using Conversation.Inference.Ports;
using Conversation.Inference.Remote;

namespace Conversation.Sessions.Composition;

/// <summary>Puts engines on other servers before the routed ones of this platform, which stand in. Here and nowhere else: so it is the same in one process and in each silo of a cluster.</summary>
internal sealed class RemoteEngines : IDisposable
{
    private readonly RemoteOptions options;
    private readonly RemoteRecognizer? recognizer;
    private readonly List<RemoteSynthesizer> synthesizers = [];

    /// <summary>Throws <see cref="ArgumentException"/> where a stand-in does not exist.</summary>
    public RemoteEngines(RemoteOptions options, DevicePorts routed, RemoteServices services)
    {
        this.options = options;
        recognizer = options.Recognition is { } recognition ? new RemoteRecognizer(routed.Recognizer, recognition, services) : null;
        var tiers = new Dictionary<string, ISynthesizer>(routed.Synthesizers);
        foreach (var (tier, synthesis) in options.Synthesis)
        {
            var remote = new RemoteSynthesizer(tier, synthesis, StandbyOf(tier, synthesis, routed.Synthesizers), services);
            synthesizers.Add(remote);
            tiers[tier] = remote;
        }

        Ports = routed with { Recognizer = recognizer ?? routed.Recognizer, Synthesizers = tiers };
    }

    /// <summary>What the sessions use.</summary>
    public DevicePorts Ports { get; }

    /// <summary>Servers that are left alone at present, in words.</summary>
    public IReadOnlyList<string> Degraded => [.. synthesizers.Select(s => s.Degraded).Prepend(recognizer?.Degraded).OfType<string>()];

    /// <summary>A tier's name for people; null where the tier is this platform's own.</summary>
    public string? NameOf(string tier) => options.Synthesis.TryGetValue(tier, out var synthesis) ? synthesis.Name ?? tier : null;

    public void Dispose()
    {
        recognizer?.Dispose();
        synthesizers.ForEach(s => s.Dispose());
    }

    private static ISynthesizer? StandbyOf(string tier, RemoteSynthesisOptions synthesis, IReadOnlyDictionary<string, ISynthesizer> own)
    {
        var name = synthesis.Standby ?? (own.ContainsKey(tier) ? tier : "fast");
        if (!own.TryGetValue(name, out var standby))
        {
            return synthesis.Standby is null ? own.Values.FirstOrDefault() : throw new ArgumentException($"Engines:Remote:Synthesis:{tier}:Standby is '{name}', and there is no such tier here. There are: {string.Join(", ", own.Keys)}.");
        }

        return synthesis.StandbyVoice is { } voice && standby.Voices.All(v => v.Id != voice)
            ? throw new ArgumentException($"Engines:Remote:Synthesis:{tier}:StandbyVoice is '{voice}', which the {name} tier does not have. It has: {string.Join(", ", standby.Voices.Select(v => v.Id))}.")
            : standby;
    }
}
