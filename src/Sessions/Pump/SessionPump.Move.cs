using Conversation.Core;
using Conversation.Core.Trace;
using Conversation.Sessions.Moving;

namespace Conversation.Sessions.Pump;

/// <summary>Leaving this host, and going on from another.</summary>
internal sealed partial class SessionPump
{
    private long scored;
    private volatile bool frozen;

    /// <summary>Whether nothing is going on that a listener would notice the move of.</summary>
    public bool IsQuiet => core is IMovableCore { IsQuiet: true };

    /// <summary>
    /// Freezes the session and gives what another host needs, or null where the moment is not right: ask again. Called where the mailbox is
    /// scheduled to. After it this pump does nothing any more.
    /// </summary>
    public (CoreSnapshot Core, InputMove Input, ReplyMove? Reply, PlayoutMove? Playout, IReadOnlyList<ReplyRequest> Asked)? TryFreeze(MoveUrgency urgency)
    {
        mailbox.Drain();
        if (!MayLeave(urgency))
        {
            return null;
        }

        if (Playing() is { EndTaken: false } making)
        {
            // A reply goes whole or not at all: what makes it stays behind.
            making.Hurry();
            if (urgency != MoveUrgency.Now || making.Queue.Appended == 0)
            {
                return null;
            }

            making.CutHere();
            mailbox.Drain();
        }

        // Settings that wait for the next input are not to be left behind. Whatever comes of it: the next moment will do.
        Handle(SessionInput.Tick());
        if (!MayLeave(urgency) || Playing() is { EndTaken: false } || ((IMovableCore)core).Snapshot() is not { } snapshot)
        {
            return null;
        }

        LeaveAsides();
        frozen = true;
        var heard = input.Freeze(scored);
        var said = playout.Freeze();
        var reply = said is null ? null : Playing()?.Freeze(said.Acknowledges ? said.Heard : Math.Min(said.Sent, said.Position) - OutputRate);
        var move = (snapshot, heard, reply, reply is null ? null : said, LeaveRequests());
        Dispose();
        (core as IDisposable)?.Dispose();
        return move;
    }

    private bool MayLeave(MoveUrgency urgency) => !closed && !frozen && core is IMovableCore { CanMove: true } movable && (urgency == MoveUrgency.Now || asides.IsEmpty)
        && (urgency != MoveUrgency.WhenQuiet || (movable.IsQuiet && !transcript.HasUntold));

    /// <summary>Does again what the other host had begun and not finished, and plays on.</summary>
    public void GoOn(SessionMove from, OutstandingEffects outstanding, TimeSpan away)
    {
        wanted = from.Keys is { } keys ? new SessionEvent.KeysWanted(keys.Generation, keys.Most, keys.Terminators, keys.Timeout) : null;
        wantedBy = transcript.Responder;
        GoOn(from.Asked);
        if (from is { Reply: { } made, Playout: { } said })
        {
            var reply = new Reply(this, made) { EndTaken = true };
            replies[reply.Generation] = reply;
            latency.Committed(Now);
            playout.GoOn(reply, said, away);
        }

        if (outstanding.Committed is { } committed && committed.Generation != from.Reply?.Generation)
        {
            // Another build may have decided otherwise on the same inputs: the reply it wants is not there.
            Post(SessionInput.ReplyFailed(committed.Generation, "The reply was lost on the way to another host."));
        }

        foreach (var recognition in outstanding.Recognitions)
        {
            Perform(recognition);
        }

        if (outstanding.Prepared is { } prepared)
        {
            Perform(prepared);
        }

        if (from.UntoldTurns > 0)
        {
            var at = AtMs;
            transcript.Retell(from.UntoldTurns, turn => TellTurn(turn, at));
        }

        Arm(core.NextDeadline);
        mailbox.LetGo();
    }

    private Reply? Playing()
    {
        lock (repliesGate)
        {
            return replies.Values.FirstOrDefault(reply => reply.Announced);
        }
    }

    /// <summary>What a move depends on, noted as it is handled.</summary>
    private void Note(in SessionInput fact)
    {
        switch (fact.Kind)
        {
            case InputKind.SpeechScored:
                scored = fact.Position.Value;
                break;
            case InputKind.ReplyEnded when replies.TryGetValue(fact.Id, out var reply):
                reply.EndTaken = true;
                break;
        }
    }
}
