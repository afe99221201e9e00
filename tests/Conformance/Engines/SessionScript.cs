using System.Collections.Concurrent;
using Conversation.Dialog;
using Conversation.Inference.Ports;
using Conversation.Speech;

namespace Conversation.Conformance.Engines;

/// <summary>What the engines do for one session, and what they were asked.</summary>
public sealed class SessionScript
{
    /// <summary>Recognitions wait here.</summary>
    public Gate Recognition { get; } = new();

    /// <summary>What a recognition for the answer hears first, before <see cref="BetterWords"/> lets its own words come; null for those alone.</summary>
    public volatile string? FirstWords;

    /// <summary>Better words than <see cref="FirstWords"/> wait here.</summary>
    public Gate BetterWords { get; } = new();

    /// <summary>Every recognition fails while set.</summary>
    public volatile bool RecognitionFails;

    /// <summary>Clauses from <see cref="SpeakerHoldsFrom"/> on wait here.</summary>
    public Gate Speaking { get; } = new();

    /// <summary>The first clause, counted from 0 in each reply, that waits.</summary>
    public volatile int SpeakerHoldsFrom;

    /// <summary>Answers wait here before their first word.</summary>
    public Gate Answering { get; } = new();

    /// <summary>Every recognition that was asked for, with its audio.</summary>
    public ConcurrentQueue<(RecognitionTier Tier, float[] Samples)> Recognitions { get; } = new();

    /// <summary>How every reply was to be spoken.</summary>
    public ConcurrentQueue<SpeakingStyle> Styles { get; } = new();

    /// <summary>Everything that was to be answered.</summary>
    public ConcurrentQueue<DialogTurn> Turns { get; } = new();
}
