using Conversation.Core.Endpointing;
using Conversation.Core.Recognition;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>From an utterance to a turn: speculation, the end, and what is no turn at all.</content>
public sealed partial class SessionCore
{
    private static readonly TimeSpan MissingWord = TimeSpan.FromMilliseconds(150);
    private const int WordlessResults = 3;
    private static readonly TimeSpan MuchMissing = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan IdleAfterNoise = TimeSpan.FromSeconds(2);

    /// <summary>What is said while a turn waits for its answer (over a reply that is not to be interrupted) goes on with that turn.</summary>
    private int TurnOf(Utterance utterance) => utterance.Turn ??= _unanswered is { Due: true } left ? left.Turn : ++_lastTurn;

    /// <summary>An utterance with no reply in its way.</summary>
    private void Listen(Utterance utterance)
    {
        if (!_options.Turns.EndThemselves)
        {
            ListenUntilTold(utterance);
            return;
        }

        if (_voice.State == VoiceActivityState.Speaking)
        {
            AskWhileSpeaking(utterance);
            EndIfOnlyNoise(utterance);
            return;
        }

        var pause = Pause;
        if (!InPause || _voice.Rising || pause < _options.Recognition.FinalAfter)
        {
            return;
        }

        TellStop(utterance);
        if (TooShort(utterance) && utterance.Text.Length == 0)
        {
            Abandon(utterance);
            return;
        }

        AskFinal(utterance);
        if (pause >= PauseNeeded(utterance))
        {
            End(utterance);
        }
    }

    // Some noise keeps a detector up for ever: what goes on without words, or without new ones, ends as well.
    private void EndIfOnlyNoise(Utterance utterance)
    {
        var wordless = utterance.Text.Length == 0 && utterance.Empty >= WordlessResults && utterance.Speech >= WordlessSpan;
        var stale = utterance.Text.Length > 0 && (utterance.HeardUntil - utterance.NewWordAt).ToTime() >= _options.Endpointing.NoNewWords;
        if (wordless || stale)
        {
            End(utterance);
        }
    }

    /// <summary>The pause that ends the turn: what words and voice ask for, and somewhat more while the better words are out; longer where a word of it is missing, until recognition is given up where nearly all is.</summary>
    private TimeSpan PauseNeeded(Utterance utterance)
    {
        if (FinalIsSettled(utterance))
        {
            return EstimateOf(utterance).Pause;
        }

        if (PhraseText.IsBlank(utterance.Text) || Missing(utterance) > MuchMissing)
        {
            return TimeSpan.MaxValue;
        }

        return EstimateOf(utterance).Pause + (_options.Recognition.FinalWait * (Missing(utterance) > MissingWord ? 3 : 1));
    }

    /// <summary>How much of the speech no hypothesis has covered.</summary>
    private static TimeSpan Missing(Utterance utterance) => utterance.FinalIsCurrent ? TimeSpan.Zero : (utterance.End - utterance.HeardUntil).ToTime();

    private bool FinalIsSettled(Utterance utterance) => (utterance.FinalIsCurrent && _pending is not { Provisional: true }) || utterance.Failures >= MostFailures;

    /// <summary>The last judgement whether the caller is done, for measuring it.</summary>
    internal EndOfTurn Judged { get; private set; }

    private EndOfTurn EstimateOf(Utterance utterance) => utterance.Estimate ??= Judged = EndpointingPolicy.Estimate(
        _completeness.Score(utterance.Text, _expected), _prosody.Judge(utterance.End), _expected, _options.Endpointing);

    private void End(Utterance utterance)
    {
        if (Answerable(utterance) && (utterance.Reopened || Missing(utterance) <= MuchMissing || _voice.State == VoiceActivityState.Speaking))
        {
            Commit(utterance);
        }
        else if (_options.Turns.Answer && _active is null && _unanswered is not { Due: true } && (utterance.TookTurn || utterance.Failures >= MostFailures))
        {
            AskAgain(utterance);
        }
        else
        {
            Abandon(utterance);
        }
    }

    private bool Answerable(Utterance utterance) => !PhraseText.IsBlank(utterance.Text) && (utterance.Reopened || (Believed(utterance) && !Fillers.Only(utterance.Text)));

    /// <summary>Prepares a reply on words that may turn out to be the whole turn.</summary>
    private void Speculate(Utterance utterance)
    {
        if (!utterance.FinalIsCurrent || !InPause || _active is not null || !EndsWithReply || utterance.Told || !Answerable(utterance))
        {
            return;
        }

        var turn = TurnOf(utterance);
        var text = Whole(utterance, utterance.Text);
        if (_prepared is { } prepared)
        {
            if (PhraseText.Same(prepared.UserText, text))
            {
                return;
            }

            CancelPrepared(CancelReason.Revised);
            utterance.Revised = true;
        }

        _prepared = Prepare(turn, ReplyKind.Answer, text);
    }

    private bool EndsWithReply => _options.Turns is { EndThemselves: true, Answer: true };

    private void Commit(Utterance utterance)
    {
        var turn = TurnOf(utterance);
        var text = Whole(utterance, utterance.Text);
        TellStop(utterance);
        DropPending();
        TellFinal(utterance, utterance.Text);
        if (!_options.Turns.Answer || _active is not null)
        {
            CancelPrepared(CancelReason.Revised);
            var end = SpeechEndOf(utterance);
            Answer(utterance);
            Leave(turn, text, end, due: _options.Turns.Answer);
            return;
        }

        if (_unanswered is { } left && left.Turn == turn)
        {
            utterance.GoesOnFrom(left.Text);
            _unanswered = null;
        }

        Forgo();
        if (_prepared is { } guess && !PhraseText.Same(guess.UserText, text))
        {
            CancelPrepared(CancelReason.Revised);
            utterance.Revised = true;
        }

        var reply = _prepared ?? Prepare(turn, ReplyKind.Answer, text);
        _prepared = null;
        reply.UserText = text;
        var speculation = reply.PreparedAt < _clock ? Speculation.Hit : utterance.Revised ? Speculation.Revised : Speculation.None;
        var speechEnd = SpeechEndOf(utterance);
        utterance.Expected = _expected;
        Answer(utterance);
        _answered = utterance;
        Activate(reply, speculation, speechEnd);
    }

    /// <summary>The caller took the turn, or recognition broke down, and there are no words: say so and ask again.</summary>
    private void AskAgain(Utterance utterance)
    {
        var turn = TurnOf(utterance);
        var expected = _expected;
        var speechEnd = SpeechEndOf(utterance);
        DropPending();
        CancelPrepared(CancelReason.Revised);
        Forgo();
        TellFinal(utterance, "");
        Answer(utterance);
        var apology = Prepare(turn, ReplyKind.Apology, "");
        apology.Expects = expected;
        Activate(apology, Speculation.None, speechEnd);
    }

    private void Answer(Utterance utterance)
    {
        TellStop(utterance);
        _utterance = null;
        _voice.Reset();
        _expected = ExpectedAnswer.Open;
        _prompts = 0;
    }

    /// <summary>It was noise, or nothing that asks for an answer.</summary>
    private void Abandon(Utterance utterance)
    {
        var soundGoesOn = _voice.State == VoiceActivityState.Speaking;
        Drop(utterance);
        CancelPrepared(CancelReason.Revised);
        if (utterance.Stream.Any)
        {
            TellFinal(utterance, "");
        }

        if (soundGoesOn)
        {
            return;
        }

        var later = _clock + IdleAfterNoise - _options.Idle.After;
        _idleSince = _idleSince > later ? _idleSince : later;
    }

    private void TellFinal(Utterance utterance, string text)
    {
        utterance.Stream.Replace(text);
        Tell(new SessionOutput.HypothesisFinal(TurnOf(utterance), Whole(utterance, text)));
    }

    private void TakeTyped(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_utterance is { Told: true } told)
        {
            FinishTold(told);
        }

        if (_utterance is { } utterance)
        {
            Drop(utterance);
            CancelPrepared(CancelReason.Revised);
            Forsake(utterance);
        }

        if (_active is { } reply)
        {
            CancelActive(CancelReason.Interrupted);
            CompleteTurn(reply, interrupted: true);
        }

        Forgo();

        var turn = ++_lastTurn;
        Tell(new SessionOutput.HypothesisFinal(turn, text));
        _expected = ExpectedAnswer.Open;
        _prompts = 0;
        Activate(Prepare(turn, ReplyKind.Answer, text), Speculation.None, _clock);
    }

    /// <summary>An utterance that will never be answered: a turn that had been committed still ends, once.</summary>
    private void Forsake(Utterance utterance)
    {
        if (utterance.Reopened)
        {
            Tell(new SessionOutput.TurnCompleted(TurnOf(utterance), utterance.Text, "", Interrupted: true));
        }
        else if (utterance.Stream.Any && !utterance.Held)
        {
            TellFinal(utterance, "");
        }
    }
}
