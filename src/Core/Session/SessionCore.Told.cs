using Conversation.Core.Recognition;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>Turns that a client ends, and replies that it asks for.</content>
public sealed partial class SessionCore
{
    /// <summary>Where the client ended a turn, or threw it away; dealt with once the audio until there was scored.</summary>
    private readonly Queue<(SampleCount At, bool Keep, TimeSpan Since)> _ends = new();

    // What is said while the words of a turn that was ended are still out.
    private Utterance? _next;
    private (int Turn, string Text, TimeSpan SpeechEnd, bool Due)? _unanswered;
    private string? _wanted;

    // Audio before this belongs to a turn that was ended.
    private SampleCount _cut;

    private Utterance? Hearing => _utterance is { Told: true } ? _next : _utterance;

    private bool AwaitsWords => _utterance is { Told: true } || _ends.Count > 0;

    private void TakeTurnEnded(SampleCount at, bool keep) => _ends.Enqueue((at, keep, _clock));

    private void TakeReplyWanted(string text)
    {
        _wanted = _wanted is { Length: > 0 } before && text.Length > 0 ? before + "\n" + text : _wanted is { Length: > 0 } ? _wanted : text;
        AnswerIfWanted();
    }

    /// <summary>What was ended and what was asked for, as far as it can be dealt with by now.</summary>
    private void AdvanceTold()
    {
        while (!_closed && _utterance is not { Told: true } && _ends.TryPeek(out var end) && (_voice.Last >= end.At || _clock - end.Since >= _options.VoiceActivity.StallAfter))
        {
            _ends.Dequeue();
            if (_utterance is { } later && later.Start >= end.At)
            {
                // Dealt with late, since words of the turn before were out: what was said meanwhile is no part of it.
                EndBefore(end.At, end.Keep);
                continue;
            }

            if (end.Keep)
            {
                EndHere();
            }
            else
            {
                ThrowAway();
            }

            _cut = _voice.Last;
        }

        if (_utterance is { Told: true } told)
        {
            ListenToTold(told);
        }

        AnswerIfWanted();
    }

    private void EndHere()
    {
        if (_utterance is not { } utterance)
        {
            _voice.Reset();
            EndEmpty();
            return;
        }

        LetReplyGoOn(utterance);
        CancelPrepared(CancelReason.Revised);
        utterance.Held = false;
        utterance.Told = true;
        utterance.ToldAt = _voice.Last;
        TellStop(utterance);
        _voice.Reset();
    }

    private void EndBefore(SampleCount at, bool keep)
    {
        if (keep)
        {
            EndEmpty();
        }

        _cut = at > _cut ? at : _cut;
    }

    /// <summary>The client ended a turn in which nothing was said.</summary>
    private void EndEmpty()
    {
        var turn = ++_lastTurn;
        Tell(new SessionOutput.HypothesisFinal(turn, ""));
        Leave(turn, "", _clock, due: false);
    }

    private void ThrowAway()
    {
        if (_utterance is { } utterance)
        {
            LetReplyGoOn(utterance);
            Drop(utterance);
            CancelPrepared(CancelReason.Revised);
            if (utterance.Reopened)
            {
                Forsake(utterance);
            }
        }

        _voice.Reset();
    }

    /// <summary>Whatever the client decides about what is said over a reply, it is not judged any more.</summary>
    private void LetReplyGoOn(Utterance utterance)
    {
        if (utterance.Held && _active is { } reply && _judgement is { } judgement)
        {
            if (!judgement.Dismissed)
            {
                Tell(new SessionOutput.InterruptionJudged(judgement.Generation, InterruptionOutcome.False));
            }

            ResumePlayout(reply, Replies.PauseCause.Speech);
        }

        _judgement = null;
    }

    private void ListenToTold(Utterance utterance)
    {
        if (utterance.SpanStart >= utterance.ToldAt)
        {
            utterance.FinalFor = utterance.End;
        }

        AskFinal(utterance);
        if (FinalIsSettled(utterance))
        {
            FinishTold(utterance);
        }
    }

    private void FinishTold(Utterance utterance)
    {
        var text = PhraseText.IsBlank(utterance.Text) || utterance.Confidence < _options.Recognition.LeastConfidence ? "" : utterance.Text;
        var turn = TurnOf(utterance);
        DropPending();
        TellFinal(utterance, text);
        _utterance = _next;
        _next = null;
        _prompts = 0;
        // One that had been answered already and went on is answered all the same.
        Leave(turn, text, _clock, due: utterance.Reopened);
    }

    /// <summary>Until the client says so a turn goes on through any pause; in a long one its words are settled, so that its audio need not be kept.</summary>
    private void ListenUntilTold(Utterance utterance)
    {
        if (_voice.State == VoiceActivityState.Speaking)
        {
            AskWhileSpeaking(utterance);
            return;
        }

        if (!InPause || _voice.Rising || Pause < _options.Recognition.FinalAfter)
        {
            return;
        }

        TellStop(utterance);
        AskFinal(utterance);
        var until = _voice.Last - KeptInQuiet;
        if (!FinalIsSettled(utterance) || Pause < _options.Recognition.FreezeAfter || until <= utterance.End)
        {
            return;
        }

        if (utterance.SpanStart < utterance.End)
        {
            utterance.Freeze(Settled(utterance.Tail), until);
            utterance.FinalFor = utterance.End;
        }
        else if (until - utterance.SpanStart >= ReleaseStep)
        {
            utterance.Skip(until);
        }
    }

    /// <summary>A turn is over and not answered; one that was left before it never is.</summary>
    private void Leave(int turn, string text, TimeSpan speechEnd, bool due)
    {
        Forgo();
        _unanswered = (turn, text, speechEnd, due);
        if (_utterance is null && _active is null)
        {
            TakeOptions();
        }
    }

    private void Forgo()
    {
        if (_unanswered is { } before)
        {
            _unanswered = null;
            Tell(new SessionOutput.TurnCompleted(before.Turn, before.Text, "", Interrupted: false));
            TakeOptions();
        }
    }

    private void AnswerIfWanted()
    {
        if (_closed || AwaitsWords || (_wanted is null && _unanswered is not { Due: true }))
        {
            return;
        }

        if (_active is not null)
        {
            // One after the other.
            return;
        }

        var typed = _wanted ?? "";
        var (turn, heard, speechEnd, _) = _unanswered ?? (++_lastTurn, "", _clock, false);
        var wanted = _wanted is not null;
        (_wanted, _unanswered) = (null, null);
        var text = heard.Length > 0 && typed.Length > 0 ? heard + "\n" + typed : heard + typed;
        if (typed.Length > 0)
        {
            Tell(new SessionOutput.HypothesisFinal(turn, text));
        }

        CancelPrepared(CancelReason.Revised);
        _expected = ExpectedAnswer.Open;
        _prompts = 0;
        _answered = null;
        Activate(Prepare(turn, ReplyKind.Answer, text, wanted), Speculation.None, speechEnd);
    }
}
