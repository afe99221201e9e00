namespace Conversation.Speech;

/// <summary>How a reply is to be spoken. <paramref name="Tier"/>: "fast" or "expressive". <paramref name="Voice"/>: an id of that tier's engine, empty for its default. <paramref name="Speed"/>: 0.5 to 2.</summary>
public sealed record SpeakingStyle(string Tier = "fast", string Voice = "", float Speed = 1);

/// <summary>A word as written and where it sounds within its clause, in samples at the clause's rate.</summary>
public readonly record struct ClauseWord(string Text, int Start, int End);

/// <summary>A clause as it was spoken, or a piece of one that comes bit by bit (its text may then be empty, and its first word may have begun in the piece before): the text as written (with the white space that follows it, so that clauses join to the whole text), PCM16 mono at <paramref name="SampleRate"/>, and its words.</summary>
public sealed record SpokenClause(string Text, short[] Pcm, int SampleRate, IReadOnlyList<ClauseWord> Words);

/// <summary>Text to speech, clause by clause: the first clause can play while the rest is made.</summary>
public interface ISpeaker
{
    /// <summary>Voices by tier.</summary>
    IReadOnlyDictionary<string, IReadOnlyList<Inference.Ports.Voice>> Voices { get; }

    /// <summary>Speaks a stream of text deltas at <paramref name="sampleRate"/>. A clause is spoken as soon as its end is certain; cancelling stops within one clause. Two clauses at most are made ahead of the reader.</summary>
    IAsyncEnumerable<SpokenClause> SpeakAsync(string session, IAsyncEnumerable<string> text, SpeakingStyle style, int sampleRate, CancellationToken cancellation);
}
