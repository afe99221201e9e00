using Conversation.Inference.Ports;

namespace Conversation.Speech.Streaming;

/// <summary>Who speaks a reply: the tier's engine, then who stands in, in order. Once a remote voice has failed in a reply the rest of it is spoken by the stand-in: one change of voice is enough.</summary>
internal sealed class ReplyEngines
{
    private readonly List<(ISynthesizer Engine, string Voice)> order = [];
    private int first;

    public ReplyEngines(IReadOnlyDictionary<string, ISynthesizer> tiers, ISynthesizer asked, string voice)
    {
        Add(asked, voice);
        if (asked is IStreamingSynthesizer { Standby: { } standby } streaming)
        {
            Add(standby, streaming.StandbyVoice ?? "");
        }

        // What is here before what is elsewhere, and may fail the same way.
        foreach (var engine in tiers.Values.OrderBy(engine => engine is IStreamingSynthesizer))
        {
            Add(engine, "");
        }

        foreach (var engine in tiers.Values.OfType<IStreamingSynthesizer>().Select(engine => engine.Standby).OfType<ISynthesizer>())
        {
            Add(engine, "");
        }
    }

    /// <summary>Where to begin with a clause.</summary>
    public int First => first;

    public int Count => order.Count;

    public (ISynthesizer Engine, string Voice) this[int at] => order[at];

    /// <summary>This one failed.</summary>
    public void Failed(int at) => first = order[at].Engine is IStreamingSynthesizer ? Math.Max(first, at + 1) : first;

    /// <summary>A voice that the engine does not have, perhaps the other tier's, is its default.</summary>
    private void Add(ISynthesizer engine, string voice)
    {
        if (order.All(known => known.Engine != engine))
        {
            order.Add((engine, engine.Voices.Any(v => v.Id == voice) ? voice : engine.Voices[0].Id));
        }
    }
}
