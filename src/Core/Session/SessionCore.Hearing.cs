using Conversation.Core.Interruption;
using Conversation.Core.Recognition;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <content>From speech scores to utterances.</content>
public sealed partial class SessionCore
{
    private static readonly TimeSpan WindowTime = TimeSpan.FromMilliseconds(32);

    private void TakeWindow(in SessionInput input)
    {
        if (input.Position <= _voice.Last)
        {
            return;
        }

        var options = _options.VoiceActivity;
        var enter = _active is null ? options.Enter : options.EnterOverReply;
        var change = _voice.Take(input.Position, input.Score, input.LevelDb, enter, options);
        _scoredAt = _clock;
        if (input.Score >= options.Leave)
        {
            _prosody.Take(input.Position, input.PitchHz, input.LevelDb);
        }

        switch (change)
        {
            case VoiceActivityChange.Began:
                Begin();
                break;
            case VoiceActivityChange.Paused when Hearing is { } paused:
                paused.Estimate = null;
                break;
            case VoiceActivityChange.Resumed when Hearing is { } resumed:
                Resume(resumed);
                break;
        }

        if (_voice.State == VoiceActivityState.Speaking && Hearing is { } utterance)
        {
            var windows = change == VoiceActivityChange.Began ? _voice.SpeechWindows : input.Score >= options.Leave ? 1 : 0;
            utterance.End = _voice.End;
            utterance.TakeWindow(input.Position, input.Score, input.LevelDb, windows, _options.Recognition.FreezeAfter);
            if (_judgement is not null && (input.Score >= options.Sure || _voice.SpeechWindows >= _options.Interruption.PauseAfterWindows))
            {
                PauseForSpeech();
            }
        }
    }

    private void Begin()
    {
        var start = _voice.Start;
        var from = start - SampleCount.FromTime(_options.Recognition.PreRoll);
        var least = _cut > _released ? _cut : _released;
        var utterance = new Utterance(start, from > least ? from : least)
        {
            NextQuick = start + SampleCount.FromTime(_active is null ? _options.Recognition.FirstAfter : _options.Interruption.FirstAfter),
        };
        if (_utterance is { Told: true })
        {
            _next = utterance;
        }
        else
        {
            _utterance = utterance;
        }

        if (_active is { } reply && _options.Turns.Interrupt && _utterance == utterance)
        {
            var gap = _answered is { } answered ? (start - answered.End).ToTime() : TimeSpan.MaxValue;
            utterance.Held = true;
            _judgement = new Judgement(reply.Generation, reply.Heard, gap, _clock);
        }

        Tell(new SessionOutput.SpeechStarted(start));
    }

    /// <summary>Speech goes on after a pause. What was said before it is settled where the utterance has grown long.</summary>
    private void Resume(Utterance utterance)
    {
        if (_pending is { Provisional: true })
        {
            // The words before the pause are there; what goes on is asked for anew.
            DropPending();
        }

        if (utterance.FinalIsCurrent && (utterance.End - utterance.SpanStart).ToTime() >= _options.Recognition.FreezeAfter)
        {
            utterance.Freeze(Settled(utterance.Tail), AfterSpeech(utterance.End, _voice.Resumed));
        }

        if (utterance.StopTold)
        {
            utterance.StopTold = false;
            Tell(new SessionOutput.SpeechStarted(_voice.Resumed));
        }

        utterance.Failures = 0;
        utterance.Estimate = null;
    }

    /// <summary>A cut in the pause after <paramref name="end"/>: late enough for the last sound, before <paramref name="limit"/>.</summary>
    private static SampleCount AfterSpeech(SampleCount end, SampleCount limit)
    {
        var at = end + SampleCount.FromTime(WindowTime * 2);
        return at < limit ? at : limit;
    }

    private void TellStop(Utterance utterance)
    {
        if (!utterance.StopTold)
        {
            utterance.StopTold = true;
            Tell(new SessionOutput.SpeechStopped(utterance.End));
        }
    }

    private bool InPause => _voice.State == VoiceActivityState.Stopping;

    private bool TooShort(Utterance utterance) => utterance.SpeechWindows * WindowTime < _options.VoiceActivity.ShortestSpeech;

    /// <summary>The utterance is dealt with or was none.</summary>
    private void Drop(Utterance utterance)
    {
        TellStop(utterance);
        DropPending();
        _utterance = null;
        _judgement = null;
        _voice.Reset();
    }
}
