namespace Conversation.Dialog.Flows.Values;

/// <summary>
/// A value found in an utterance, in words [From, To). <paramref name="Partial"/>: it narrows but does not settle ("in the morning", "next week", the first digits of a number).
/// <paramref name="Bare"/>: so plain ("ten") that it counts only where it is asked for or corrects.
/// </summary>
internal readonly record struct Found(string Value, int From, int To, bool Partial = false, bool Bare = false);
