namespace Conversation.Inference.Ports;

/// <summary>Speech as it comes: mono samples in -1..1. The rate is the same for all of a clause.</summary>
public readonly record struct SynthesisPiece(float[] Samples, int SampleRate);

/// <summary>An engine that gives a clause's sound while it makes the rest. It may fail at any moment, also in the middle of a clause: <see cref="Standby"/> then goes on.</summary>
public interface IStreamingSynthesizer : ISynthesizer
{
    /// <summary>Who speaks where this one does not.</summary>
    ISynthesizer? Standby { get; }

    /// <summary>The stand-in's voice; null for its default.</summary>
    string? StandbyVoice { get; }

    /// <summary>Speaks one clause. Ends with the clause, or throws where there is no more of it to be had. Cancelling, or ending the enumeration early, gives the work up.</summary>
    IAsyncEnumerable<SynthesisPiece> StreamAsync(SynthesisRequest request, CancellationToken cancellation);
}
