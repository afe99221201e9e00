using Conversation.Core.Interruption;
using Conversation.Core.Recognition;
using Conversation.Core.Replies;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>Speech over a reply: pause first, then judge.</content>
public sealed partial class SessionCore
{
    private static readonly TimeSpan NearlyOver = TimeSpan.FromSeconds(1);

    private void PauseForSpeech()
    {
        if (_active is { } reply && _judgement is { Dismissed: false })
        {
            PausePlayout(reply, PauseCause.Speech);
        }
    }

    /// <summary>What the passing of time says about a held utterance.</summary>
    private void Judge(Utterance utterance, Judgement judgement)
    {
        if (_voice.State == VoiceActivityState.Speaking)
        {
            if (judgement.Meaning == SpeechMeaning.Content && utterance.Speech >= _options.Interruption.LongSpeech)
            {
                Interrupt(utterance, judgement);
                return;
            }

            AskWhileSpeaking(utterance);
            if (!judgement.Dismissed && judgement.Meaning < SpeechMeaning.Content && _clock - judgement.Since >= _options.Interruption.WordlessFor)
            {
                if (ProbablyMeant(utterance))
                {
                    Interrupt(utterance, judgement);
                    return;
                }

                Dismiss(judgement);
            }

            return;
        }

        var pause = Pause;
        if (!InPause || _voice.Rising || pause < _options.Recognition.FinalAfter)
        {
            return;
        }

        TellStop(utterance);
        if (TooShort(utterance) && judgement.Meaning == SpeechMeaning.Nothing)
        {
            Settle(utterance, judgement);
            return;
        }

        AskFinal(utterance);
        if (utterance.FinalIsCurrent || FinalIsSettled(utterance) || pause >= _options.Interruption.DecideWithin)
        {
            Settle(utterance, judgement);
        }
    }

    /// <summary>What new words say about it.</summary>
    private void JudgeWords(Utterance utterance)
    {
        if (_judgement is not { } judgement)
        {
            return;
        }

        var before = judgement.Meaning;
        judgement.Meaning = MeaningOf(utterance);
        var sure = utterance.FinalIsCurrent || before == SpeechMeaning.Content || utterance.Speech >= _options.Interruption.LongSpeech;
        if (judgement.Meaning == SpeechMeaning.Stop || (judgement.Meaning == SpeechMeaning.Content && sure))
        {
            Interrupt(utterance, judgement);
        }
    }

    private SpeechMeaning MeaningOf(Utterance utterance)
    {
        if (!Believed(utterance))
        {
            return SpeechMeaning.Nothing;
        }

        var meaning = _lexicon.Judge(utterance.Text);
        return meaning == SpeechMeaning.Backchannel && AnswersQuestion(utterance) ? SpeechMeaning.Content : meaning;
    }

    /// <summary>"Yes" near the end of a question is an answer.</summary>
    private bool AnswersQuestion(Utterance utterance) =>
        _active is { Ended: true } reply && (reply.Expects != ExpectedAnswer.Open || reply.IsQuestion) && !Fillers.Only(utterance.Text)
        && (reply.ShareHeard >= _options.Interruption.AnswerFrom || reply.Unheard.ToTime(_options.OutputRate) <= NearlyOver);

    /// <summary>The sound goes on and is no speech: the reply goes on too. Words that come later still interrupt.</summary>
    private void Dismiss(Judgement judgement)
    {
        judgement.Dismissed = true;
        Tell(new SessionOutput.InterruptionJudged(judgement.Generation, Outcome(judgement.Meaning)));
        ResumePlayout(_active!, PauseCause.Speech);
    }

    /// <summary>The utterance is over: one way or the other.</summary>
    private void Settle(Utterance utterance, Judgement judgement)
    {
        if (judgement.Meaning >= SpeechMeaning.Content || ProbablyMeant(utterance))
        {
            Interrupt(utterance, judgement);
            return;
        }

        Drop(utterance);
        if (!judgement.Dismissed)
        {
            Tell(new SessionOutput.InterruptionJudged(judgement.Generation, Outcome(judgement.Meaning)));
        }

        ResumePlayout(_active!, PauseCause.Speech);
    }

    /// <summary>Recognition is too slow to tell, and it is long and clearly speech: the caller has the turn, and its words may come later.</summary>
    private bool ProbablyMeant(Utterance utterance) =>
        utterance.Unheard && utterance.Failures == 0 && utterance.Speech >= _options.Interruption.LongSpeech && utterance.MeanProbability >= _options.VoiceActivity.EnterOverReply;

    private static InterruptionOutcome Outcome(SpeechMeaning meaning) => meaning == SpeechMeaning.Backchannel ? InterruptionOutcome.Backchannel : InterruptionOutcome.False;

    private void Interrupt(Utterance utterance, Judgement judgement)
    {
        var reply = _active!;
        if (_answered is { } answered && SameTurn(answered, reply, judgement))
        {
            GoOn(answered, utterance);
            return;
        }

        CancelActive(CancelReason.Interrupted);
        Tell(new SessionOutput.InterruptionJudged(reply.Generation, InterruptionOutcome.Interrupted));
        _answered = null;
        CompleteTurn(reply, interrupted: true);
        utterance.TookTurn = true;
        Release(utterance);
    }

    private bool SameTurn(Utterance answered, Reply reply, Judgement judgement) =>
        answered.Turn == reply.Turn && !judgement.Dismissed && _unanswered is not { Due: true }
        && (judgement.HeardAtOnset.ToTime(_options.OutputRate) <= _options.Interruption.SameTurnHeard || judgement.Gap <= _options.Interruption.SameTurnGap);

    /// <summary>The caller had not finished: the turn is open again, with all that was said.</summary>
    private void GoOn(Utterance answered, Utterance rest)
    {
        CancelActive(CancelReason.Revised);
        DropPending();
        answered.GoOn(rest, _options.Recognition.FreezeAfter);
        answered.NextQuick = _voice.Last;
        _expected = answered.Expected;
        _utterance = answered;
        _answered = null;
        _judgement = null;
        Speculate(answered);
    }

    /// <summary>Nothing stands in the utterance's way any more: what was heard of it is told.</summary>
    private void Release(Utterance utterance)
    {
        utterance.Held = false;
        utterance.Estimate = null;
        _judgement = null;
        if (utterance.Untold.Length > 0)
        {
            Tell(new SessionOutput.HypothesisDelta(TurnOf(utterance), utterance.Untold));
            utterance.Untold = "";
        }

        Speculate(utterance);
    }
}
