using Conversation.Core.Endpointing;
using Conversation.Core.Trace;
using Conversation.Core.Recognition;
using Conversation.Core.Replies;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>What outlives a moment in which nothing is held, saved and put back. A field added anywhere in the session belongs here too; a test finds what is forgotten.</content>
public sealed partial class SessionCore
{
    /// <summary>Whether it is open and in the middle of nothing: nobody speaks, nothing is recognised, prepared or played, no output waits.</summary>
    public bool IsQuiet => _opened && HoldsNothing;

    /// <summary>The same, also before it was opened.</summary>
    internal bool HoldsNothing => !_closed && _utterance is null && _answered is null && _pending is null && _prepared is null && _active is null && _judgement is null && _ends.Count == 0 && _wanted.Count == 0 && _unanswered is not { Due: true }
        && _voice.State == VoiceActivityState.Quiet && _outputs.Count == 0;

    internal bool IsClosed => _closed;

    internal bool HasOutputs => _outputs.Count > 0;

    internal TimeSpan Now => _now;

    internal int? PreparedGeneration => _prepared?.Generation;

    internal OutstandingEffects Outstanding => new()
    {
        Recognitions = _pending is { } p ? [new(p.Id, p.Start, p.End, p.Purpose != RecognitionPurpose.Quick)] : [],
        Prepared = _prepared is { } guess ? new(guess.Generation, guess.Turn, guess.Kind, guess.UserText) : null,
        Committed = _active is { } r ? new(r.Generation, r.Turn, r.Kind, r.UserText, r.Paused != PauseCause.None, r.Ended, r.Queued, r.Heard) : null,
        AudioFrom = _released,
        AudioUntil = _voice.Last,
        NextDeadline = NextDeadline,
    };

    /// <summary>A session that goes on from <paramref name="baseline"/>; throws <see cref="FormatException"/> where that is damaged or of another format. <paramref name="completeness"/> as in the constructor.</summary>
    public static SessionCore Restore(CoreBaseline baseline, IPhraseCompleteness? completeness = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        if (baseline.Format != CoreBaseline.CurrentFormat)
        {
            throw new FormatException($"The session is saved in format {baseline.Format}; this build reads {CoreBaseline.CurrentFormat}.");
        }

        if (baseline.Pitch is not { Length: Prosody.StateSize })
        {
            throw new FormatException("The saved session's pitch is damaged.");
        }

        var core = new SessionCore(Checked(baseline.Options), completeness);
        core.LoadFrom(baseline);
        return core;
    }

    /// <summary>Saved options, or a <see cref="FormatException"/> that lists every fault.</summary>
    internal static CoreOptions Checked(CoreOptions? options)
    {
        try
        {
            return options?.Valid() ?? throw new FormatException("The saved session has no options.");
        }
        catch (Exception fault) when (fault is ArgumentException or NullReferenceException)
        {
            throw new FormatException("The saved session's options are damaged: " + fault.Message, fault);
        }
    }

    /// <summary>Writes down what is kept while nothing is held. Allocates nothing after the first time.</summary>
    internal void SaveTo(CoreBaseline to)
    {
        to.Options = _options;
        to.NextOptions = _nextOptions;
        to.Opened = _opened;
        to.Now = _now;
        to.Lost = _lost;
        to.LostAt = _lostAt;
        to.LostFor = _lostFor;
        to.ScoredAt = _scoredAt;
        to.IdleSince = _idleSince;
        to.Prompts = _prompts;
        to.Expected = _expected;
        to.LastTurn = _lastTurn;
        to.LastGeneration = _lastGeneration;
        to.LastRequest = _lastRequest;
        to.LastCompleted = _lastCompleted;
        to.UnansweredTurn = _unanswered?.Turn ?? 0;
        to.UnansweredText = _unanswered?.Text ?? "";
        to.UnansweredSince = _unanswered?.SpeechEnd ?? TimeSpan.Zero;
        to.Cut = _cut;
        to.Released = _released;
        to.LastWindow = _voice.Last;
        if (to.Pitch.Length != Prosody.StateSize)
        {
            to.Pitch = new double[Prosody.StateSize];
        }

        _prosody.Save(to.Pitch);
    }

    private void LoadFrom(CoreBaseline from)
    {
        _nextOptions = from.NextOptions is null ? null : Checked(from.NextOptions);
        _opened = from.Opened;
        _lost = from.Lost;
        _lostAt = from.LostAt;
        _lostFor = from.LostFor;
        SetClock(from.Now);
        _scoredAt = from.ScoredAt;
        _idleSince = from.IdleSince;
        _prompts = from.Prompts;
        _expected = from.Expected;
        _lastTurn = from.LastTurn;
        _lastGeneration = from.LastGeneration;
        _lastRequest = from.LastRequest;
        _lastCompleted = from.LastCompleted;
        _unanswered = from.UnansweredTurn == 0 ? null : new(from.UnansweredTurn, from.UnansweredText, from.UnansweredSince, Due: false);
        _cut = from.Cut;
        _released = from.Released;
        _voice.StartFrom(from.LastWindow);
        _prosody.Load(from.Pitch);
    }
}
