using Conversation.Core.Recognition;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>Asking for words and taking them. One recognition is out at a time.</content>
public sealed partial class SessionCore
{
    private const int MostFailures = 2;
    private static readonly TimeSpan WordlessSpan = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan WordlessKept = TimeSpan.FromSeconds(2);

    /// <summary>While the caller speaks: what is heard so far, now and then.</summary>
    private void AskWhileSpeaking(Utterance utterance)
    {
        var span = (_voice.Last - utterance.SpanStart).ToTime();
        if (span >= _options.Recognition.FreezeAt && _pending?.Purpose != RecognitionPurpose.Freeze && utterance.Softest > utterance.SpanStart)
        {
            DropPending();
            Ask(utterance, RecognitionPurpose.Freeze, utterance.Softest);
        }
        else if (_pending is null && _voice.Last >= utterance.NextQuick)
        {
            Ask(utterance, RecognitionPurpose.Quick, _voice.Last);
        }
    }

    /// <summary>In a pause: the better words, once for each pause.</summary>
    private void AskFinal(Utterance utterance)
    {
        if (utterance.SpanStart >= utterance.End && utterance.Head.Length > 0)
        {
            // All of it is settled.
            utterance.FinalFor = utterance.End;
            return;
        }

        var asked = _pending is { } p && (p.Purpose == RecognitionPurpose.Freeze || (p.Purpose == RecognitionPurpose.Final && p.SpeechEnd == utterance.End && p.Start == utterance.SpanStart));
        if (!asked && !utterance.FinalIsCurrent && utterance.Failures < MostFailures)
        {
            DropPending();
            Ask(utterance, RecognitionPurpose.Final, utterance.Told ? utterance.ToldAt : _voice.Last);
        }
    }

    private void Ask(Utterance utterance, RecognitionPurpose purpose, SampleCount end)
    {
        _pending = new(++_lastRequest, purpose, utterance.SpanStart, end, utterance.End, _clock);
        Tell(new SessionOutput.Recognize(_lastRequest, utterance.SpanStart, end, purpose != RecognitionPurpose.Quick));
    }

    private void DropPending()
    {
        if (_pending is { } pending)
        {
            _pending = null;
            Tell(new SessionOutput.CancelRecognition(pending.Id));
        }
    }

    private void TakeRecognized(int id, string text, float confidence)
    {
        if (_pending is not { } asked || asked.Id != id || _utterance is not { } utterance)
        {
            return;
        }

        _pending = null;
        text = text.Trim();
        if (asked.Purpose == RecognitionPurpose.Freeze)
        {
            // The cut falls within speech: a full stop there is the recogniser's, not the caller's. Words that were answered already stand where none are heard now.
            utterance.Freeze(PhraseText.IsBlank(text) && utterance.Reopened ? utterance.Tail : text.TrimEnd('.'), asked.End);
        }
        else if (asked.Purpose == RecognitionPurpose.Final && asked.SpeechEnd == utterance.End)
        {
            HearFinal(utterance, text, confidence, asked);
        }
        else
        {
            HearPartly(utterance, text, confidence, asked);
        }

        SetNextQuick(utterance, asked);
        if (utterance.Held)
        {
            JudgeWords(utterance);
        }
        else
        {
            Speculate(utterance);
        }
    }

    /// <summary>Words to prepare a reply on while better ones are awaited. They are of use only for the answer; a cut is made on the best words.</summary>
    private void TakeProvisional(int id, string text, float confidence)
    {
        text = text.Trim();
        if (_pending is not { Purpose: RecognitionPurpose.Final } asked || asked.Id != id || _utterance is not { } utterance || asked.SpeechEnd != utterance.End || PhraseText.IsBlank(text))
        {
            return;
        }

        _pending = asked with { Provisional = true };
        utterance.FinalFor = asked.SpeechEnd;
        utterance.Estimate = null;
        utterance.Hear(text, confidence);
        utterance.HeardUntil = asked.End;
        TellDelta(utterance, ended: false);
        if (utterance.Held)
        {
            JudgeWords(utterance);
        }
        else
        {
            Speculate(utterance);
        }
    }

    private void HearFinal(Utterance utterance, string text, float confidence, PendingRecognition asked)
    {
        utterance.FinalFor = asked.SpeechEnd;
        utterance.Estimate = null;
        if (PhraseText.IsBlank(text) && utterance.Reopened)
        {
            return;
        }

        utterance.Hear(text, confidence);
        utterance.HeardUntil = asked.End;
        TellDelta(utterance, ended: true);
    }

    /// <summary>Words of an utterance that goes on.</summary>
    private void HearPartly(Utterance utterance, string text, float confidence, PendingRecognition asked)
    {
        if (PhraseText.IsBlank(text) || confidence < _options.Recognition.LeastConfidence)
        {
            utterance.Empty++;
            if (utterance.Text.Length == 0 && (_voice.Last - utterance.SpanStart).ToTime() >= WordlessSpan)
            {
                utterance.Skip(_voice.Last - SampleCount.FromTime(WordlessKept));
            }

            return;
        }

        utterance.Empty = 0;
        utterance.Hear(text, confidence);
        utterance.HeardUntil = asked.End;
        TellDelta(utterance, ended: false);
        if (asked.Purpose == RecognitionPurpose.Final && (asked.SpeechEnd - asked.Start).ToTime() >= _options.Recognition.FreezeAfter)
        {
            utterance.Freeze(Settled(text), AfterSpeech(asked.SpeechEnd, asked.End));
        }

        if (_prepared is { } prepared && !utterance.Held && !PhraseText.Same(prepared.UserText, Whole(utterance, utterance.Text)))
        {
            CancelPrepared(CancelReason.Revised);
            utterance.Revised = true;
        }
    }

    /// <summary>Words before a pause, without the full stop that a recogniser puts on unfinished phrases.</summary>
    private string Settled(string text) => _completeness.Score(text, ExpectedAnswer.Open) < 0.5f ? text.TrimEnd('.') : text;

    // Counted from where the last one ended: one interval, more where there is much to decode, or the recogniser is slow or hears nothing.
    private void SetNextQuick(Utterance utterance, PendingRecognition asked)
    {
        var options = _options.Recognition;
        var growth = (asked.End - utterance.SpanStart).ToTime() / options.StretchOver;
        var interval = options.Interval * (Math.Min(1 + utterance.Empty, 5) + growth);
        var stretched = (_clock - asked.AskedAt) * options.DelayFactor;
        utterance.NextQuick = asked.End + SampleCount.FromTime(stretched > interval ? stretched : interval);
    }

    private void TellDelta(Utterance utterance, bool ended)
    {
        if (utterance.Confidence < _options.Recognition.LeastConfidence || utterance.Stream.Take(utterance.Text, ended) is not { } delta)
        {
            return;
        }

        if (utterance.Held)
        {
            utterance.Untold += delta;
        }
        else
        {
            Tell(new SessionOutput.HypothesisDelta(TurnOf(utterance), delta));
        }
    }

    private void TakeRecognitionFailed(int id, string reason)
    {
        if (_pending is { } asked && asked.Id == id)
        {
            _pending = null;
            FailRecognition(asked, reason);
        }
    }

    private void FailRecognition(PendingRecognition asked, string reason)
    {
        // Where there were words, they stand.
        if (_utterance is not { } utterance || asked.Provisional)
        {
            return;
        }

        if (asked.Purpose == RecognitionPurpose.Quick)
        {
            utterance.NextQuick = _voice.Last + SampleCount.FromTime(_options.Recognition.Interval * 2);
            return;
        }

        utterance.Failures++;
        if (utterance.Failures < MostFailures)
        {
            return;
        }

        Tell(new SessionOutput.Fault("recognition.failed", reason.Length == 0 ? "Recognition failed twice." : reason));
        if (asked.Purpose == RecognitionPurpose.Freeze)
        {
            // Better a word lost at the seam than audio that grows without end.
            if (utterance.Tail.Length > 0)
            {
                utterance.Freeze(utterance.Tail, utterance.HeardUntil);
            }
            else
            {
                utterance.Skip(_voice.Last - SampleCount.FromTime(_options.Recognition.FreezeAfter));
            }

            utterance.Failures = 0;
        }
    }

    private bool PendingIsLate => _pending is { } pending && _clock - pending.AskedAt >= _options.Recognition.Timeout;

    private void CheckPending()
    {
        if (PendingIsLate)
        {
            var asked = _pending!.Value;
            DropPending();
            FailRecognition(asked, $"Recognition gave no result within {_options.Recognition.Timeout.TotalSeconds:0.#} s.");
        }
    }

    private bool Believed(Utterance utterance)
    {
        var expected = utterance.Held && _active is { } reply ? reply.Expects : _expected;
        var brief = expected == ExpectedAnswer.Open && utterance.Text.AsSpan().Count(' ') < 2;
        var least = brief ? _options.Recognition.LeastConfidenceShort : _options.Recognition.LeastConfidence;
        return utterance.Confidence >= least && utterance.MeanProbability >= _options.VoiceActivity.LeastMeanProbability;
    }
}
