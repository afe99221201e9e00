namespace Conversation.Core;

/// <summary>
/// A conversation as a state machine: no I/O, no clock, no threads. Feed one input, take all outputs, perform them; effects come back as new inputs.
/// </summary>
public interface ISessionCore
{
    /// <summary>Takes one fact. <paramref name="now"/> is monotonic since the session began and never goes back.</summary>
    void Handle(in SessionInput input, TimeSpan now);

    /// <summary>The next output, until none is left.</summary>
    bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SessionOutput? output);

    /// <summary>When <see cref="SessionInput.Tick"/> is due; null where nothing is waited for.</summary>
    TimeSpan? NextDeadline { get; }
}
