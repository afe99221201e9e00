using Conversation.Gateway.Telephony.Recording;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <content>What a recording needs of the call.</content>
internal sealed partial class CarrierCall
{
    private readonly Queue<string> heldTyped = new();
    private CallRecorder? recorder;

    private CarrierCaller ToRecord(CarrierHost host, CarrierCaller caller)
    {
        recorder = host.Recordings.For(caller);
        // No speech interrupts the notice.
        return recorder is null ? caller : caller with { Notice = caller.Route.Consent };
    }

    /// <summary>Whoever presses a key has heard enough; of the notice nobody has.</summary>
    private void Silence()
    {
        if (recorder is not { IsNoticeOpen: true })
        {
            session!.Stop();
        }
    }

    /// <summary>What is typed would cut the notice short: it waits until that was heard.</summary>
    private bool Holds(string typed)
    {
        if (recorder is not { IsNoticeOpen: true })
        {
            return false;
        }

        lock (heldTyped)
        {
            heldTyped.Enqueue(typed);
        }

        return true;
    }

    private void Record()
    {
        if (recorder?.Tick(reply.Generation, reply.Heard) != true)
        {
            return;
        }

        // Sent before the notice had been heard, and heard after it.
        for (var at = reply.Heard; at < reply.Sent; at += frame.Length)
        {
            recorder.ToCaller(frame.AsSpan(0, reply.ReadSent(at, frame)), at - reply.Heard);
        }
    }

    private void SettleRecording()
    {
        if (recorder?.TakeFreed(session!.Id) != true)
        {
            return;
        }

        session!.Configure(new SessionSettings { Interruptible = true });
        lock (heldTyped)
        {
            while (heldTyped.TryDequeue(out var typed))
            {
                Type(typed);
            }
        }
    }
}
