using Conversation.Dialog.Flows.Definition;

namespace Conversation.Dialog.Flows.Intents;

/// <summary>How well an utterance, or a sentence of it, fits an intent: 0 to 1, and 1 where a pattern settled it. Text is what was matched: the whole or one sentence.</summary>
internal readonly record struct IntentMatch(IntentDefinition Intent, float Score, string Text);

/// <summary>What an utterance may mean, best first, and whether the best stands clear of the next.</summary>
internal sealed record IntentReading(IReadOnlyList<IntentMatch> Ranked, IReadOnlyList<IntentMatch> Also, MatchSettings Settings)
{
    /// <summary>The best, where it is near enough.</summary>
    public IntentMatch? Best => Ranked.Count > 0 && Ranked[0].Score >= Settings.Threshold && !Ranked[0].Intent.Ignore ? Ranked[0] : null;

    /// <summary>The best, where it is so near that it is followed though another question is open.</summary>
    public IntentMatch? Strong => Ranked.Count > 0 && Ranked[0].Score >= Settings.Strong && IsClear && !Ranked[0].Intent.Ignore ? Ranked[0] : null;

    public bool IsClear => Ranked.Count < 2 || Ranked[0].Score - Ranked[1].Score >= Settings.Margin || Ranked[0].Score >= 1;
}
