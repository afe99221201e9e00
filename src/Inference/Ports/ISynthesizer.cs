namespace Conversation.Inference.Ports;

/// <summary>One clause to be spoken. <paramref name="Phonemes"/> is in the Kokoro (misaki) phoneme alphabet with punctuation and spaces between words; each engine maps it to its own tokens. <paramref name="Speed"/> 1 is the voice's own pace. <paramref name="Session"/> is the key of fairness.</summary>
public sealed record SynthesisRequest(string Session, string Phonemes, string Voice, float Speed = 1)
{
    /// <summary>The same as written, for engines that read for themselves; empty where only the phonemes are known.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Speech: mono samples in -1..1 at <paramref name="SampleRate"/>, silence at both ends trimmed to what the clause needs. <paramref name="PhonemeEnds"/>, where the engine knows it: for each character of the request's phonemes, the sample at which it ends.</summary>
public sealed record Synthesis(float[] Samples, int SampleRate, int[]? PhonemeEnds, TimeSpan Queued, TimeSpan Computed);

/// <summary>A voice that an engine has.</summary>
public sealed record Voice(string Id, string Name, string Language, string Engine);

/// <summary>Turns phonemes into speech. One engine, one tier.</summary>
public interface ISynthesizer
{
    /// <summary>The engine's name: "vits" (fast) or "kokoro" (expressive).</summary>
    string Engine { get; }

    /// <summary>The voices it has; the first is its default.</summary>
    IReadOnlyList<Voice> Voices { get; }

    /// <summary>Speaks one clause. Cancelling takes it out of the queue or drops the result.</summary>
    Task<Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation);
}
