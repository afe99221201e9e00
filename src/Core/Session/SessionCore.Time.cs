using Conversation.Core.Recognition;
using Conversation.Core.Replies;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>
/// Time. Pauses are measured on the media clock; a missing flow of audio must not freeze them, so after a while the monotonic clock takes over. The session's clock
/// stands still while the client is gone: no deadline passes then but the one for its return.
/// </content>
public sealed partial class SessionCore
{
    private static readonly SampleCount ReleaseStep = SampleCount.FromTime(TimeSpan.FromSeconds(2));
    private static readonly SampleCount KeptInQuiet = SampleCount.FromTime(TimeSpan.FromMilliseconds(1_500));
    private TimeSpan _now;
    private TimeSpan _clock;
    private TimeSpan _lostFor;
    private TimeSpan _scoredAt;
    private TimeSpan _idleSince;
    private int _prompts;
    private SampleCount _released;

    /// <inheritdoc/>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (!_opened || _closed)
            {
                return null;
            }

            if (_lost)
            {
                return _lostAt + _options.ResumeWithin;
            }

            var next = TimeSpan.MaxValue;
            if (VoiceCanStall)
            {
                Sooner(ref next, _scoredAt + _options.VoiceActivity.StallAfter);
            }

            if (_pending is { } pending)
            {
                Sooner(ref next, pending.AskedAt + _options.Recognition.Timeout);
            }

            if (_utterance is { } utterance)
            {
                UtteranceDeadline(ref next, utterance);
            }

            if (_ends.TryPeek(out var end))
            {
                Sooner(ref next, end.Since + _options.VoiceActivity.StallAfter);
            }

            if (_active is { } reply && Due(reply) is { } due)
            {
                Sooner(ref next, due);
            }

            if (IdleAt is { } idle)
            {
                Sooner(ref next, idle);
            }

            return next == TimeSpan.MaxValue ? null : next + _lostFor;
        }
    }

    /// <summary>How long the caller has been quiet.</summary>
    private TimeSpan Pause
    {
        get
        {
            var missing = _clock - _scoredAt - _options.VoiceActivity.StallAfter;
            return missing > TimeSpan.Zero ? _voice.Pause + missing : _voice.Pause;
        }
    }

    /// <summary>When the caller truly stopped, on the session's clock; the latest new word where sound goes on.</summary>
    private TimeSpan SpeechEndOf(Utterance utterance) => _scoredAt - (_voice.Last - (InPause ? utterance.End : utterance.NewWordAt)).ToTime();

    private bool VoiceCanStall => _voice.State is VoiceActivityState.Starting or VoiceActivityState.Speaking || _voice.Rising;

    private TimeSpan? IdleAt
    {
        get
        {
            var quiet = EndsWithReply && _utterance is null && _active is null && _voice.State == VoiceActivityState.Quiet;
            return quiet && (_prompts < _options.Idle.Prompts || _options.Idle.CloseAfterPrompts) ? _idleSince + _options.Idle.After : null;
        }
    }

    private void SetClock(TimeSpan now)
    {
        _now = now > _now ? now : _now;
        _clock = (_lost ? _lostAt : _now) - _lostFor;
    }

    /// <summary>Everything that is due.</summary>
    private void Advance()
    {
        if (_closed)
        {
            return;
        }

        if (_lost)
        {
            if (_now - _lostAt >= _options.ResumeWithin)
            {
                Close("client_lost");
            }

            return;
        }

        if (VoiceCanStall && _clock - _scoredAt >= _options.VoiceActivity.StallAfter && _voice.Stall() == VoiceActivityChange.Paused && Hearing is { } stalled)
        {
            stalled.Estimate = null;
        }

        CheckPending();
        AdvanceTold();
        if (_utterance is { } utterance)
        {
            if (utterance.Held && _judgement is { } judgement)
            {
                Judge(utterance, judgement);
            }

            // Judged to have the turn, it may be over at the same moment.
            if (_utterance is { Held: false, Told: false } free)
            {
                Listen(free);
            }
        }

        if (_active is { } reply)
        {
            CheckReply(reply);
        }

        AnswerIfWanted();
        CheckIdle();
        if (!_closed)
        {
            ReleaseAudio();
        }
    }

    private void CheckIdle()
    {
        if (_closed || IdleAt is not { } idle || _clock < idle)
        {
            return;
        }

        if (_prompts >= _options.Idle.Prompts)
        {
            Close("idle");
            return;
        }

        _prompts++;
        var expected = _expected;
        var reply = Prepare(++_lastTurn, ReplyKind.IdlePrompt, "");
        reply.Expects = expected;
        Activate(reply, Speculation.None, null);
    }

    /// <summary>Lets go of audio that cannot be asked for again: all but what is heard, what may go on, and a little for what may just begin.</summary>
    private void ReleaseAudio()
    {
        if (_answered is not null && _judgement is null && (_active is null || CannotGoOn(_active, _answered)))
        {
            _answered = null;
        }

        var needed = _voice.Last - KeptInQuiet;
        Earlier(ref needed, _utterance);
        Earlier(ref needed, _answered);
        Earlier(ref needed, _next);
        if (needed - _released >= ReleaseStep)
        {
            _released = needed;
            Tell(new SessionOutput.ReleaseAudio(needed));
        }
    }

    private bool CannotGoOn(Reply reply, Utterance answered) =>
        reply.Heard.ToTime(_options.OutputRate) > _options.Interruption.SameTurnHeard
        && (_voice.Last - answered.End).ToTime() > _options.Interruption.SameTurnGap + WindowTime && _voice.State == VoiceActivityState.Quiet;

    private static void Earlier(ref SampleCount needed, Utterance? utterance)
    {
        if (utterance is not null && utterance.SpanStart < needed)
        {
            needed = utterance.SpanStart;
        }
    }

    private void UtteranceDeadline(ref TimeSpan next, Utterance utterance)
    {
        if (_judgement is { Dismissed: false } judgement && _voice.State == VoiceActivityState.Speaking)
        {
            Sooner(ref next, judgement.Since + _options.Interruption.WordlessFor);
        }

        if (!InPause || utterance.Told)
        {
            return;
        }

        PauseReaches(ref next, _options.Recognition.FinalAfter);
        PauseReaches(ref next, utterance.Held ? _options.Interruption.DecideWithin : _options.Turns.EndThemselves ? PauseNeeded(utterance) : TimeSpan.MaxValue);
    }

    /// <summary>The moment at which the pause will be so long if no more audio comes.</summary>
    private void PauseReaches(ref TimeSpan next, TimeSpan pause)
    {
        if (pause < TimeSpan.MaxValue)
        {
            Sooner(ref next, _scoredAt + _options.VoiceActivity.StallAfter + pause - _voice.Pause);
        }
    }

    /// <summary>What is past was dealt with when it passed.</summary>
    private void Sooner(ref TimeSpan next, TimeSpan at)
    {
        if (at > _clock && at < next)
        {
            next = at;
        }
    }
}
