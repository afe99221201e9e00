namespace Conversation.Core.Interruption;

/// <summary>Speech over a reply that is being judged.</summary>
internal sealed class Judgement(int generation, SampleCount heardAtOnset, TimeSpan gap, TimeSpan now)
{
    /// <summary>The reply spoken over.</summary>
    public int Generation { get; set; } = generation;

    /// <summary>How much of it was heard when the caller began.</summary>
    public SampleCount HeardAtOnset { get; } = heardAtOnset;

    /// <summary>How long the caller had been silent.</summary>
    public TimeSpan Gap { get; } = gap;

    /// <summary>When the reply was paused.</summary>
    public TimeSpan Since { get; } = now;

    /// <summary>It went on too long without words, and the reply plays again.</summary>
    public bool Dismissed { get; set; }

    /// <summary>What the words so far mean.</summary>
    public SpeechMeaning Meaning { get; set; }
}
