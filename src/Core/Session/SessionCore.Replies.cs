using Conversation.Core.Recognition;
using Conversation.Core.Replies;

namespace Conversation.Core;

/// <content>Replies: prepared, committed, played, finished, failed. What names an old generation is ignored.</content>
public sealed partial class SessionCore
{
    // What the dialog says of a reply may come after it was heard to its end.
    private int _lastCompleted;

    private Reply Prepare(int turn, ReplyKind kind, string userText, bool wanted = false)
    {
        Tell(new SessionOutput.PrepareReply(++_lastGeneration, turn, kind, userText) { Wanted = wanted });
        return new Reply(_lastGeneration, turn, kind, userText, _clock);
    }

    private void CancelPrepared(CancelReason reason)
    {
        if (_prepared is { } prepared)
        {
            _prepared = null;
            Tell(new SessionOutput.CancelReply(prepared.Generation, reason));
        }
    }

    private void Activate(Reply reply, Speculation speculation, TimeSpan? speechEndAt)
    {
        _active = reply;
        _lastCompleted = 0;
        reply.Speculation = speculation;
        reply.SpeechEndAt = speechEndAt;
        reply.CommittedAt = reply.ProgressAt = reply.ActiveAt = _clock;
        // Prepared on a guess nothing is waited for yet, and after a move it was prepared anew: only from now on does it count.
        reply.WaitsSince = reply.WaitsSince is null ? null : _clock;
        Tell(new SessionOutput.CommitReply(reply.Generation, reply.Turn));
        if (_lost)
        {
            PausePlayout(reply, PauseCause.ClientLost);
        }

        Measure(reply);
        CompleteIfHeard(reply);
    }

    private void CancelActive(CancelReason reason)
    {
        if (_active is { } reply)
        {
            _active = null;
            Tell(new SessionOutput.CancelReply(reply.Generation, reason));
        }
    }

    private void TakeReply(in SessionInput input)
    {
        var reply = _active?.Generation == input.Id ? _active : _prepared?.Generation == input.Id ? _prepared : null;
        if (reply is null)
        {
            TakeLate(input);
            return;
        }

        reply.ActiveAt = _clock;
        switch (input.Kind)
        {
            case InputKind.ReplyText:
                reply.TakeText(input.Text);
                break;
            case InputKind.ReplyAudio:
                reply.ProgressAt = reply.Unheard.Value == 0 ? _clock : reply.ProgressAt;
                reply.TakeAudio(input.Position, input.Body as IReadOnlyList<SpokenWord>);
                break;
            case InputKind.ReplyEnded:
                reply.End(input.Position);
                break;
            case InputKind.ReplyWaits:
                reply.WaitsSince = input.Score > 0 ? reply.WaitsSince ?? _clock : null;
                reply.ProgressAt = reply.Unheard.Value == 0 ? _clock : reply.ProgressAt;
                break;
            case InputKind.Expects:
                reply.Expects = (ExpectedAnswer)(int)input.Score;
                break;
            case InputKind.CloseAfterReply:
                reply.CloseReason = input.Text;
                break;
            case InputKind.ReplyFailed:
                FailReply(reply, "reply.failed", input.Text);
                return;
        }

        if (reply == _active)
        {
            Measure(reply);
            CompleteIfHeard(reply);
        }
    }

    private void TakeLate(in SessionInput input)
    {
        if (input.Id == 0 || input.Id != _lastCompleted)
        {
            return;
        }

        if (input.Kind == InputKind.Expects)
        {
            _expected = (ExpectedAnswer)(int)input.Score;
        }
        else if (input.Kind == InputKind.CloseAfterReply)
        {
            Close(input.Text);
        }
    }

    private void TakePlayed(int generation, SampleCount heard)
    {
        if (_active is { } reply && reply.Generation == generation && reply.TakeHeard(heard))
        {
            reply.ProgressAt = _clock;
            CompleteIfHeard(reply);
        }
    }

    /// <summary>As an interruption, but by a button: what was not heard was not said.</summary>
    private void TakeStopped()
    {
        if (_active is not { } reply)
        {
            // Whoever presses keys is there: no asking whether they are.
            _idleSince = _clock;
            return;
        }

        CancelActive(CancelReason.Interrupted);
        _answered = null;
        CompleteTurn(reply, interrupted: true);
        if (_utterance is { Held: true } utterance)
        {
            Release(utterance);
        }
    }

    /// <summary>First audio goes out: with the first clause, or when a pause that came before it is over.</summary>
    private void Measure(Reply reply)
    {
        if (reply.Measured || reply.Queued.Value == 0 || reply.Paused != PauseCause.None)
        {
            return;
        }

        reply.Measured = true;
        reply.ProgressAt = _clock;
        if (reply.SpeechEndAt is { } end)
        {
            Tell(new SessionOutput.TurnMeasured(reply.Turn, reply.Generation, reply.Speculation, reply.CommittedAt - end, _clock - reply.CommittedAt, _clock - end));
        }
    }

    private void CompleteIfHeard(Reply reply)
    {
        if (!reply.AllHeard)
        {
            return;
        }

        ResumePlayout(reply, ~PauseCause.None);
        _active = null;
        _answered = null;
        _lastCompleted = reply.Generation;
        CompleteTurn(reply, interrupted: false);
        if (reply.CloseReason is { } reason)
        {
            Close(reason);
            return;
        }

        // Whoever was judged for speaking over it now simply has the turn.
        if (_utterance is { Held: true } utterance)
        {
            Release(utterance);
        }
    }

    private void CompleteTurn(Reply reply, bool interrupted)
    {
        Tell(new SessionOutput.TurnCompleted(reply.Turn, reply.UserText, reply.HeardText(), interrupted));
        _expected = reply.Expects;
        _idleSince = _clock;
        TakeOptions();
    }

    private void PausePlayout(Reply reply, PauseCause cause)
    {
        if (reply.Paused == PauseCause.None)
        {
            Tell(new SessionOutput.PausePlayout(reply.Generation));
        }

        reply.Paused |= cause;
    }

    private void ResumePlayout(Reply reply, PauseCause cause)
    {
        if (reply.Paused == PauseCause.None)
        {
            return;
        }

        reply.Paused &= ~cause;
        if (reply.Paused == PauseCause.None)
        {
            reply.ProgressAt = _clock;
            Tell(new SessionOutput.ResumePlayout(reply.Generation));
            Measure(reply);
        }
    }

    private void FailReply(Reply reply, string code, string message)
    {
        if (reply == _prepared)
        {
            // Only a guess: it is made again when the turn is over, and told if it fails then.
            CancelPrepared(CancelReason.Failed);
            return;
        }

        Tell(new SessionOutput.Fault(code, message));
        CancelActive(CancelReason.Failed);
        var heard = reply.Heard.Value > 0;
        var last = reply.Kind is ReplyKind.Apology or ReplyKind.IdlePrompt;
        if (heard || last)
        {
            _answered = null;
            CompleteTurn(reply, interrupted: false);
        }

        if (last)
        {
            if (_utterance is { Held: true } utterance)
            {
                Release(utterance);
            }

            return;
        }

        var apology = Prepare(heard ? ++_lastTurn : reply.Turn, ReplyKind.Apology, heard ? "" : reply.UserText);
        apology.Expects = _answered?.Expected ?? ExpectedAnswer.Open;
        Activate(apology, Speculation.None, heard ? null : reply.SpeechEndAt);
        if (_judgement is { } judgement)
        {
            judgement.Generation = apology.Generation;
            if (!judgement.Dismissed)
            {
                PausePlayout(apology, PauseCause.Speech);
            }
        }
    }

    /// <summary>When a reply is overdue: to begin, to go on, or to be heard; null while it is paused, for the pause has a bound of its own.</summary>
    private TimeSpan? Due(Reply reply)
    {
        var options = _options.Reply;
        if (reply.Paused != PauseCause.None)
        {
            return null;
        }

        if (reply.WaitsSince is { } since && !reply.Ended)
        {
            return since + options.ClientWithin;
        }

        var playedAt = reply.ProgressAt + reply.Unheard.ToTime(_options.OutputRate);
        return reply.Ended ? playedAt + options.AcknowledgeWithin
            : reply.Queued.Value == 0 ? reply.ProgressAt + options.FirstAudioWithin
            : (playedAt > reply.ActiveAt ? playedAt : reply.ActiveAt) + options.MoreWithin;
    }

    private void CheckReply(Reply reply)
    {
        if (Due(reply) is not { } due || _clock < due)
        {
            return;
        }

        if (reply.Ended)
        {
            Tell(new SessionOutput.Fault("playout.unacknowledged", "The listener did not report that the reply was played; it is taken as heard."));
            reply.HearAll();
            CompleteIfHeard(reply);
        }
        else if (reply.Queued.Value == 0)
        {
            FailReply(reply, "reply.late", $"The reply had no audio within {_options.Reply.FirstAudioWithin.TotalSeconds:0.#} s.");
        }
        else
        {
            FailReply(reply, "reply.stalled", $"The reply stopped coming: nothing for {_options.Reply.MoreWithin.TotalSeconds:0.#} s.");
        }
    }
}
