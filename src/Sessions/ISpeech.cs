namespace Conversation.Sessions;

/// <summary>Speech outside a conversation: a text in, audio out. What <c>POST /api/speak</c> calls.</summary>
public interface ISpeechService
{
    /// <summary>Speaks a text. Faults the caller can mend (unknown voice, empty text, a rate that is not offered) come back as <see cref="SpeechResult.Fault"/>.</summary>
    Task<SpeechResult> SpeakAsync(SpeechRequest request, CancellationToken cancellation);
}

/// <summary>What to speak and how; null takes the default.</summary>
public sealed record SpeechRequest
{
    /// <summary>The text, as a person would write it.</summary>
    public required string Text { get; init; }

    /// <summary>"fast" or "expressive".</summary>
    public string? Tier { get; init; }

    /// <summary>A voice id of the tier.</summary>
    public string? Voice { get; init; }

    /// <summary>Pace, 0.5 to 2; 1 is the voice's own.</summary>
    public float? Speed { get; init; }

    /// <summary>Rate of the audio wanted, in hertz: 8000, 16000, 24000 or 48000.</summary>
    public int Rate { get; init; } = 24_000;

    /// <summary>Tenant on whose behalf; empty for the host's own.</summary>
    public string Tenant { get; init; } = "";
}

/// <summary>Audio clause by clause (PCM16 mono at <paramref name="Rate"/>), each piece valid until the next is asked for; or a fault. Ending the enumeration early stops the synthesis.</summary>
public sealed record SpeechResult(IAsyncEnumerable<ReadOnlyMemory<short>>? Audio, int Rate, SessionFault? Fault)
{
    /// <summary>A refusal.</summary>
    public static SpeechResult Refused(SessionFault fault) => new(null, 0, fault);
}
