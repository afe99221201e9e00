using Conversation.Grains.Lanes;
using Conversation.Grains.Lanes.Local;
using Conversation.Sessions.Composition;
using Microsoft.Extensions.Logging;

namespace Conversation.Grains.Composition;

/// <summary>Tells the cluster of this silo's lanes and lets its sessions use all there are. A silo without lanes waits for one that has them.</summary>
internal sealed partial class ClusterRouting(LocalLanes lanes, LanePorts ports, TimeProvider time, ILogger<ClusterRouting> logger) : IPortRouting
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public async Task<DevicePorts> RouteAsync(LocalPorts local, CancellationToken cancellation)
    {
        if (local.Main is { } main)
        {
            lanes.Add(Lanes(main));
            if (local.Spare is { } spare)
            {
                var loaded = new Once(spare);
                lanes.Add(Lanes(main).Select(lane => lane with
                {
                    Name = lane.Name.Replace(main.Device, "cpu", StringComparison.Ordinal),
                    Device = "cpu",
                    Spare = true,
                    Load = async stop => await Lanes(await loaded.LoadAsync().ConfigureAwait(false)).First(own => own.Role == lane.Role && own.Tier == lane.Tier).Load(stop).ConfigureAwait(false),
                }));
            }
        }

        for (var told = false; ports.Missing is { Count: > 0 } missing; told = true)
        {
            if (!told)
            {
                LogWaiting(string.Join(", ", missing));
            }

            await Task.Delay(LookEvery, time, cancellation).ConfigureAwait(false);
        }

        return new DevicePorts
        {
            Device = local.Main?.Device ?? "other silos",
            VoiceActivity = ports.VoiceActivity,
            Recognizer = ports.Recognizer,
            Synthesizers = ports.Tiers.ToDictionary(tier => tier, ports.Synthesizer),
            Speakers = ports.HasSpeaker ? ports.Speaker : null,
        };
    }

    private static IEnumerable<LaneSetup> Lanes(DevicePorts own) =>
    [
        LaneSetup.Of($"{own.Device}/voice-activity", LaneRole.VoiceActivity, own.Device, own.VoiceActivity),
        LaneSetup.Of($"{own.Device}/recognition", LaneRole.Recognition, own.Device, own.Recognizer),
        .. own.Speakers is { } speakers ? new[] { LaneSetup.Of($"{own.Device}/speaker", LaneRole.Speaker, own.Device, speakers) } : [],
        .. own.Synthesizers.Select(tier => LaneSetup.Of($"{own.Device}/synthesis/{tier.Key}", LaneRole.Synthesis, own.Device, tier.Value, tier.Key)),
    ];

    /// <summary>The spare lanes come together: loaded once, and again where loading failed.</summary>
    private sealed class Once(Func<CancellationToken, Task<DevicePorts>> load)
    {
        private readonly Lock gate = new();
        private Task<DevicePorts>? loading;

        public Task<DevicePorts> LoadAsync()
        {
            lock (gate)
            {
                return loading is null or { IsFaulted: true } or { IsCanceled: true } ? loading = load(CancellationToken.None) : loading;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This silo has no lanes of its own and waits for another's: {Roles}")]
    private partial void LogWaiting(string roles);
}
