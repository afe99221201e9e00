namespace Conversation.Core.Endpointing;

/// <summary>How likely it is that the caller is done: by the words (0 to 1), by the voice (log-odds that shade it), and the pause that this asks for.</summary>
internal readonly record struct EndOfTurn(float Words, float Voice, TimeSpan Pause);
