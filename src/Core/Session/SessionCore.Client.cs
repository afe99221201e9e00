using Conversation.Core.Replies;

namespace Conversation.Core;

/// <content>The client: opening, going, coming back, closing.</content>
public sealed partial class SessionCore
{
    private bool _lost;
    private TimeSpan _lostAt;

    private void TakeOpened(bool restored, SampleCount lastTurn)
    {
        if (_opened)
        {
            return;
        }

        _opened = true;
        _idleSince = _clock;
        _lastTurn = Math.Max(_options.TurnsBefore, (int)lastTurn.Value);
        if (!restored && _options.Greet)
        {
            Activate(Prepare(0, ReplyKind.Greeting, ""), Speculation.None, null);
        }
    }

    private void TakeClientLost()
    {
        if (_lost)
        {
            return;
        }

        _lost = true;
        _lostAt = _now;
        if (_active is { } reply)
        {
            PausePlayout(reply, PauseCause.ClientLost);
        }
    }

    private void TakeClientResumed(int generation, SampleCount heard)
    {
        if (_lost)
        {
            _lost = false;
            _lostFor += _now - _lostAt;
            _clock = _now - _lostFor;
        }

        // The flow of audio begins anew.
        _scoredAt = _clock;
        if (_active is not { } reply)
        {
            return;
        }

        if (reply.Generation == generation)
        {
            reply.TakeHeard(heard);
        }

        reply.ProgressAt = _clock;
        Tell(new SessionOutput.ReplayFrom(reply.Generation, reply.Heard));
        ResumePlayout(reply, PauseCause.ClientLost);
        CompleteIfHeard(reply);
    }

    private void Close(string reason)
    {
        DropPending();
        CancelPrepared(CancelReason.Closing);
        if (_utterance is { Told: true } told)
        {
            FinishTold(told);
        }

        if (_utterance is { } utterance)
        {
            Drop(utterance);
            Forsake(utterance);
        }

        if (_active is { } reply)
        {
            CancelActive(CancelReason.Closing);
            CompleteTurn(reply, interrupted: true);
        }

        ForgoAll();
        _closed = true;
        Tell(new SessionOutput.Closed(reason));
    }
}
