using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Answering;

/// <summary>The second half: the conversation, or the message to a machine.</summary>
internal sealed partial class AnswerSession
{
    // A message that has neither been spoken nor begun by then never will.
    private static readonly TimeSpan LongestMessage = TimeSpan.FromSeconds(60);
    private long unheard;
    private int message = -1;
    private long length = -1;
    private bool ended;

    private bool Leaves => IsMachine && plan.WhenMachine == AnswerOptions.Message;

    private void Begin() => _ = Task.Run(BeginAsync);

    private async Task BeginAsync()
    {
        ISession? first;
        lock (gate)
        {
            (first, listening) = (listening, null);
            unheard = (long)(LongestMessage.TotalSeconds * caller.Rate);
        }

        // One session at a time: a limit that allows one call allows this one.
        first?.Close("answered");
        var settings = Leaves ? request.Settings with { Greet = true, Interruptible = false } : request.Settings;
        // A message to a machine is nobody's consent, and is not to begin with asking for it.
        var known = request with { Notice = Leaves ? "" : request.Notice, Caller = request.Caller! with { AnsweredBy = AnswerPlan.Name(verdict!.Value.By) }, Settings = settings };
        OpenResult opened;
        try
        {
            using var patience = new CancellationTokenSource(host.Options.OpenTimeout, host.Time);
            opened = await host.Sessions.OpenAsync(known, this, patience.Token).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            opened = new OpenResult(null, null, new SessionFault("unavailable", failed.Message));
        }

        if (opened.Session is not { } session)
        {
            LogNoSession(host.Logger, caller.CallId, opened.Fault?.Code ?? "");
            client.Send(new SessionEvent.Closed(opened.Fault?.Code ?? "unavailable"));
            return;
        }

        bool late;
        lock (gate)
        {
            (talking, sequence, late) = (session, 0, closed);
        }

        LogGoesOn(host.Logger, caller.CallId, session.Id);
        if (late)
        {
            session.Close(CarrierCall.HungUp);
        }
        else if (settings.Greet == false && turns.Count > 0)
        {
            // Whoever spoke waits for an answer, and nobody greets.
            session.Type(string.Join(' ', turns.Values));
        }
    }

    /// <inheritdoc/>
    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm) => client.TrySendAudio(generation, position, pcm);

    /// <inheritdoc/>
    public void Send(SessionEvent message)
    {
        client.Send(message);
        if (!Leaves)
        {
            return;
        }

        bool done;
        lock (gate)
        {
            switch (message)
            {
                case SessionEvent.ReplyStarted started when this.message < 0:
                    this.message = started.Generation;
                    break;
                case SessionEvent.ReplyEnded ends when ends.Generation == this.message:
                    length = ends.Samples;
                    break;
                case SessionEvent.PlayoutCancelled cancelled when cancelled.Generation == this.message:
                    length = 0;
                    break;
            }

            done = length == 0 && !ended;
            ended |= done;
        }

        if (done)
        {
            HangUp();
        }
    }

    /// <summary>Whether a message takes so long that it ends unheard.</summary>
    private bool IsOverdue(int samples)
    {
        if (closed || ended || !Leaves)
        {
            return false;
        }

        unheard -= samples;
        ended = unheard < 0;
        return ended;
    }

    /// <summary>So much of the message has been heard: all of it, and the call ends.</summary>
    private void Heard(int generation, long samples)
    {
        lock (gate)
        {
            if (ended || !Leaves || generation != message || length < 0 || samples < length)
            {
                return;
            }

            ended = true;
        }

        HangUp();
    }
}
