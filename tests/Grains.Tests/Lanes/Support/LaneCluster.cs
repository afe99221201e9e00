using Conversation.Grains.Board;
using Conversation.Grains.Lanes;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Tests.Board;

namespace Conversation.Grains.Tests.Lanes.Support;

/// <summary>Silos with scripted lanes of every role; silo 0 has none of its own.</summary>
internal sealed class LaneCluster : IAsyncDisposable
{
    private readonly BoardCluster cluster;

    private LaneCluster(BoardCluster cluster) => this.cluster = cluster;

    /// <summary>Short enough that a lane that hangs is found out soon, long enough that a lane of a busy machine is not.</summary>
    public static readonly LaneRouterOptions Quick = new()
    {
        RecognitionWithin = TimeSpan.FromSeconds(3),
        SynthesisWithin = TimeSpan.FromSeconds(3),
        VoiceActivityWithin = TimeSpan.FromSeconds(3),
        RestFor = TimeSpan.FromMinutes(1),
        RestAtMost = TimeSpan.FromMinutes(5),
    };

    public BoardCluster Silos => cluster;

    public Dictionary<int, ScriptedRecognizer> Recognizers { get; } = [];

    public Dictionary<int, ScriptedSynthesizer> Synthesizers { get; } = [];

    public Dictionary<int, ScriptedVoiceActivity> VoiceActivities { get; } = [];

    public LanePorts Ports(int silo) => cluster.Get<LanePorts>(silo);

    public static async Task<LaneCluster> StartAsync(short silos, LaneRouterOptions? options = null, IEnumerable<int>? withLanes = null)
    {
        var lanes = new LaneCluster(await BoardCluster.StartAsync(silos, services => services.AddLanes(options ?? Quick)));
        foreach (var silo in withLanes ?? Enumerable.Range(1, silos - 1))
        {
            var (r, s, v) = (new ScriptedRecognizer($"recognizer {silo}"), new ScriptedSynthesizer($"synthesizer {silo}"), new ScriptedVoiceActivity($"voice activity {silo}"));
            (lanes.Recognizers[silo], lanes.Synthesizers[silo], lanes.VoiceActivities[silo]) = (r, s, v);
            lanes.cluster.Get<LocalLanes>(silo).Add(
                LaneSetup.Of("gpu/recognition", LaneRole.Recognition, "cuda:0", r),
                LaneSetup.Of("gpu/synthesis/fast", LaneRole.Synthesis, "cuda:0", s, "fast"),
                LaneSetup.Of("cpu/voice-activity", LaneRole.VoiceActivity, "cpu", v));
        }

        await lanes.AllSeeAsync(lanes.Recognizers.Count);
        return lanes;
    }

    /// <summary>Every silo knows so many recognition lanes.</summary>
    public async Task AllSeeAsync(int count, bool healthy = true)
    {
        for (var i = 0; i < cluster.Silos.Count; i++)
        {
            var cards = cluster.Get<Cards>(i);
            await Eventually.True(() => cards.All.SelectMany(card => card.Lanes).Count(lane => lane.Role == LaneRole.Recognition && lane.Healthy == healthy) == count, $"silo {i} sees {count} lanes");
        }
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
