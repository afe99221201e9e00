using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>One kind of written form: recognises it where a token begins and says it.</summary>
internal interface IRule
{
    /// <summary>Anchored with \G at the place that is looked at.</summary>
    Regex Pattern { get; }

    /// <summary>Says what matched; false where it is none of this rule's after all.</summary>
    bool Say(Match match, SpokenWriter to, string text);
}
