using Conversation.Core.Recognition;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>Turns that a client ends, and replies that it asks for.</content>
public sealed partial class SessionCore
{
    /// <summary>Replies asked for that wait to be given: enough for any client, and a bound.</summary>
    public const int MostWanted = 8;

    /// <summary>Where the client ended a turn, or threw it away, and what it asked for behind that: in this order, once the audio until there was scored and its words are in.</summary>
    private readonly Queue<Mark> _ends = new();

    /// <summary>Replies asked for, each with the turn that it answers, where one waited when it was asked for.</summary>
    private readonly Queue<(LeftTurn? Turn, string Text)> _wanted = new();

    // What is said while the words of a turn that was ended are still out.
    private Utterance? _next;
    private LeftTurn? _unanswered;

    // Audio before this belongs to a turn that was ended.
    private SampleCount _cut;

    /// <summary>The end of a turn; with <see cref="Wanted"/> a reply that is asked for with this text.</summary>
    private readonly record struct Mark(SampleCount At, bool Keep, TimeSpan Since, string? Wanted = null);

    /// <summary>A turn that is over and not answered yet; due: it is answered unasked.</summary>
    private readonly record struct LeftTurn(int Turn, string Text, TimeSpan SpeechEnd, bool Due);

    private Utterance? Hearing => _utterance is { Told: true } ? _next : _utterance;

    private bool AwaitsWords => _utterance is { Told: true } || _ends.Count > 0;

    private void TakeTurnEnded(SampleCount at, bool keep) => _ends.Enqueue(new(at, keep, _clock));

    /// <summary>Each is given a reply of its own, one after the other: what is asked for is never made one with what was asked for before.</summary>
    private void TakeReplyWanted(string text)
    {
        if (_wanted.Count + _ends.Count(mark => mark.Wanted is not null) >= MostWanted)
        {
            Tell(new SessionOutput.Fault("reply.too_many", $"{MostWanted} replies that were asked for wait to be given. Ask again when one of them was."));
            return;
        }

        if (AwaitsWords)
        {
            _ends.Enqueue(new(default, Keep: false, _clock, text));
        }
        else
        {
            Want(text);
        }

        AnswerIfWanted();
    }

    private void Want(string text) => _wanted.Enqueue((TakeLeft(), text));

    /// <summary>What was ended and what was asked for, as far as it can be dealt with by now.</summary>
    private void AdvanceTold()
    {
        TakeMarks();
        while (_utterance is { Told: true } told)
        {
            ListenToTold(told);
            if (_utterance == told)
            {
                break;
            }

            // What was asked for behind it, and the next end: what that ended is heard at once, for no more audio may come.
            TakeMarks();
        }

        AnswerIfWanted();
    }

    private void TakeMarks()
    {
        while (!_closed && _utterance is not { Told: true } && _ends.TryPeek(out var end) && (_voice.Last >= end.At || _clock - end.Since >= _options.VoiceActivity.StallAfter))
        {
            _ends.Dequeue();
            if (end.Wanted is { } text)
            {
                Want(text);
                continue;
            }

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
        if (_unanswered is { Due: true } left)
        {
            Tell(new SessionOutput.HypothesisFinal(left.Turn, left.Text));
            return;
        }

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
        Leave(turn, Whole(utterance, text), _clock, due: utterance.Reopened);
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

    /// <summary>A turn is over and not answered; another that was left before it never is, one that goes on with it is.</summary>
    private void Leave(int turn, string text, TimeSpan speechEnd, bool due)
    {
        if (_unanswered is { } before && before.Turn == turn)
        {
            due |= before.Due;
        }
        else
        {
            Forgo();
        }

        _unanswered = new(turn, text, speechEnd, due);
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
            Forgo(before);
            TakeOptions();
        }
    }

    private void Forgo(LeftTurn left) => Tell(new SessionOutput.TurnCompleted(left.Turn, left.Text, "", Interrupted: false));

    /// <summary>No reply will come any more: what waited for one is told all the same.</summary>
    private void ForgoAll()
    {
        foreach (var (turn, _) in _wanted)
        {
            if (turn is { } left)
            {
                Forgo(left);
            }
        }

        _wanted.Clear();
        _ends.Clear();
        Forgo();
    }

    /// <summary>All that was said in the utterance's turn, <paramref name="text"/> being said in it.</summary>
    private string Whole(Utterance utterance, string text) => _unanswered is { } left && left.Turn == utterance.Turn ? PhraseText.Join(left.Text, text) : text;

    /// <summary>The turn that waits for an answer, which is now to come: what the caller is saying is another.</summary>
    private LeftTurn? TakeLeft()
    {
        var left = _unanswered;
        _unanswered = null;
        if (_utterance is { } utterance && utterance.Turn == left?.Turn)
        {
            utterance.Turn = null;
        }

        return left;
    }

    private void AnswerIfWanted()
    {
        // One after the other; and unasked not while the caller goes on with what is to be answered.
        if (_closed || AwaitsWords || _active is not null || (_wanted.Count == 0 && (_unanswered is not { Due: true } || _utterance is not null)))
        {
            return;
        }

        var wanted = _wanted.TryDequeue(out var asked);
        var (turn, heard, speechEnd, _) = asked.Turn ?? TakeLeft() ?? new LeftTurn(++_lastTurn, "", _clock, Due: false);
        var typed = asked.Text ?? "";
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
