using Conversation.Gateway.Hub;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <summary>
/// A call and its session. The session's audio waits here and goes to the carrier by this side's clock, so that a barge-in drops it here; of what
/// the carrier holds already, what can be flushed is flushed. What was heard is counted by the same clock, or by the carrier's marks.
/// </summary>
internal sealed partial class CarrierCall : ISessionClient
{
    /// <summary>Why a session closes whose carrier's call ended.</summary>
    internal const string HungUp = "hung_up";

    private const int MarkEvery = 5;
    private const int ReportEvery = 5;
    private const int SilenceAfter = 10;
    private const int StalledAfter = 250;
    // Frames: 5 s.
    private const int MostSkipped = 250;
    // What was said last is still on its way through the carrier when it has left here.
    private const int HangUpAfter = 10;

    private readonly ICarrierLine line;
    private readonly CarrierPacer pacer;
    private readonly GatewayMetrics metrics;
    private readonly InputGuard guard;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly Lock inputGate = new();
    private readonly ReplyBuffer reply;
    private readonly DigitCollector digits = new();
    private readonly short[] frame;
    private readonly short[] silence;
    private readonly string call;
    private ISession? session;
    private long sequence;
    private int quietTicks;
    private long filled;
    private int stalled;
    private bool marks;
    private int unmarked;
    private int sinceMark;
    private int sinceReport;
    private (int Generation, long Samples) reported = (-1, 0);
    private (int Generation, long Samples)? report;
    private int hangUpIn = -1;
    private SessionEvent.ActionRequested? asked;
    private SessionEvent.KeysWanted? wanted;
    private bool begun;
    private bool paused;
    private volatile bool over;

    private CarrierCall(CarrierCaller caller, ICarrierLine line, CarrierPacer pacer, GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger logger)
    {
        this.line = line;
        this.pacer = pacer;
        this.metrics = metrics;
        this.logger = logger;
        call = caller.CallId;
        frame = new short[caller.Rate / 50];
        silence = new short[caller.Rate / 50];
        reply = new ReplyBuffer((int)(options.QueueAudio.TotalSeconds * caller.Rate) + frame.Length);
        guard = new InputGuard(options, time);
        guard.Open(caller.Rate, -1);
    }

    /// <summary>Opens a session for a call and begins to pace it; a fault says why there is none.</summary>
    public static async Task<(CarrierCall? Call, SessionFault? Fault)> OpenAsync(CarrierHost host, CarrierCaller caller, ICarrierLine line, CancellationToken cancellation)
    {
        var call = new CarrierCall(caller, line, host.Pacer, host.Options, host.Metrics, host.Time, host.Logger);
        caller = call.ToRecord(host, caller);
        var opened = await Answering.AnswerSession.OpenAsync(host, caller, call, cancellation).ConfigureAwait(false);
        if (opened.Session is not { } session)
        {
            call.LogRefused(caller.CallId, caller.Carrier, opened.Fault?.Code ?? "");
            return (null, opened.Fault ?? Faults.Internal());
        }

        call.LogOpened(caller.CallId, caller.Carrier, session.Id, caller.Rate);
        host.Metrics.Opened("new");
        Volatile.Write(ref call.session, session);
        host.Pacer.Add(call);
        if (call.over)
        {
            host.Pacer.Remove(call);
        }

        return (call, null);
    }

    /// <summary>Audio from the caller, at the call's rate and of any length. False where it is more than a caller can say.</summary>
    public bool Audio(ReadOnlySpan<short> pcm)
    {
        lock (inputGate)
        {
            if (guard.IsAudioFlood(pcm.Length))
            {
                return false;
            }

            quietTicks = 0;
            filled = 0;
            metrics.FrameIn();
            recorder?.FromCaller(pcm);
            for (var most = silence.Length * 25; !pcm.IsEmpty; pcm = pcm[Math.Min(most, pcm.Length)..])
            {
                session!.PushAudio(sequence++, pcm[..Math.Min(most, pcm.Length)]);
            }

            return true;
        }
    }

    /// <summary>The carrier says that so many samples never will come: silence stands for them, as far as it does not yet.</summary>
    public void Skip(long samples)
    {
        lock (inputGate)
        {
            // More than that is a call put aside, of which the session need not hear all.
            var missing = Math.Min(samples - filled, silence.Length * MostSkipped);
            for (; missing > 0; missing -= silence.Length)
            {
                session!.PushAudio(sequence++, silence.AsSpan(0, (int)Math.Min(silence.Length, missing)));
            }

            filled = 0;
        }
    }

    /// <summary>The carrier has played all up to this sample.</summary>
    public void MarkPlayed(int generation, long position)
    {
        lock (gate)
        {
            reply.PlayedTo(generation, position);
            unmarked = generation == reply.Generation ? (int)Math.Clamp(reply.Sent - position, 0, unmarked) : unmarked;
        }
    }

    /// <summary>The carrier has played all it was sent.</summary>
    public void AllPlayed()
    {
        lock (gate)
        {
            reply.PlayedTo(reply.Generation, reply.Sent);
        }
    }

    /// <summary>The carrier's call is over: the session ends with it, for a telephone does not come back.</summary>
    public void Gone()
    {
        if (!over)
        {
            over = true;
            pacer.Remove(this);
            recorder?.End(asked?.Name ?? HungUp);
            session!.Close(HungUp);
        }
    }

    /// <summary>20 ms have passed: sends what is due. False where another thread holds the call and it is not to be waited for.</summary>
    public bool TrySendDue(bool wait)
    {
        if (wait)
        {
            gate.Enter();
        }
        else if (!gate.TryEnter())
        {
            return false;
        }

        try
        {
            if (!over)
            {
                if (line.IsPlaying)
                {
                    reply.Play(frame.Length);
                }
                else if (reply.Sent > reply.Heard)
                {
                    recorder?.Waits(frame.Length);
                }

                Send();
                Record();
                line.Tick();
                Report();
            }
        }
        finally
        {
            gate.Exit();
        }

        return true;
    }

    /// <summary>What else a tick brings, after every call's audio has been sent.</summary>
    public void Settle()
    {
        (int Generation, long Samples)? told;
        bool ending;
        bool begins;
        SessionEvent.KeysWanted? keys;
        lock (gate)
        {
            if (over)
            {
                return;
            }

            told = report;
            report = null;
            (begins, keys) = (begun, wanted);
            (begun, wanted) = (false, null);
            ending = (hangUpIn > 0 && --hangUpIn == 0) || stalled > StalledAfter;
        }

        // Outside of the lock: the session calls in here with locks of its own.
        if (told is { } heard)
        {
            session!.Played(heard.Generation, heard.Samples);
        }

        SettleRecording();
        Listen(begins, keys);
        if (ending)
        {
            LogEnding(call, stalled > StalledAfter ? "the carrier takes no audio" : "hung up here");
            Gone();
            if (asked is null || !line.TryAct(asked))
            {
                // Hung up, the call goes on where the carrier's own plan says.
                line.HangUp();
            }
        }
    }

    /// <inheritdoc/>
    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        lock (gate)
        {
            return over || reply.TryAdd(generation, position, pcm);
        }
    }

    /// <inheritdoc/>
    public void Send(SessionEvent message)
    {
        recorder?.Follow(message);
        lock (gate)
        {
            switch (message)
            {
                case SessionEvent.ReplyStarted started:
                    reply.Begin(started.Generation);
                    unmarked = sinceMark = 0;
                    paused = false;
                    // An apology asks for nothing new.
                    (begun, wanted) = started.Kind == "apology" ? (begun, wanted) : (true, null);
                    break;
                case SessionEvent.ReplyEnded ended:
                    reply.EndsAt(ended.Generation, ended.Samples);
                    break;
                case SessionEvent.PlayoutPaused pause when pause.Generation == reply.Generation:
                    paused = true;
                    Flush();
                    break;
                case SessionEvent.PlayoutResumed resume when resume.Generation == reply.Generation:
                    paused = false;
                    break;
                case SessionEvent.PlayoutCancelled cancel when cancel.Generation >= reply.Generation:
                    Flush();
                    report = cancel.Generation == reply.Generation ? (reply.Generation, reply.Heard) : report;
                    reply.Cancel(cancel.Generation);
                    paused = false;
                    break;
                case SessionEvent.KeysWanted keys:
                    wanted = keys;
                    break;
                case SessionEvent.ActionRequested action:
                    asked ??= action;
                    LogAction(call, action.Name);
                    hangUpIn = hangUpIn < 0 ? HangUpAfter : hangUpIn;
                    break;
                case SessionEvent.Closed closed:
                    LogEnding(call, closed.Reason);
                    if (hangUpIn < 0)
                    {
                        over = true;
                        pacer.Remove(this);
                        recorder?.End(closed.Reason);
                        line.Close(closed.Reason);
                    }

                    break;
            }
        }
    }

    private void Send()
    {
        if (line.NeedsSilence)
        {
            var speaks = !paused && reply.TryRead(frame);
            var sent = line.TrySend(speaks ? frame : silence);
            stalled = sent ? 0 : stalled + 1;
            if (sent && speaks)
            {
                recorder?.ToCaller(frame, reply.Sent - reply.Heard);
                reply.Take(frame.Length);
            }

            metrics.FrameOut();
            return;
        }

        // By our clock so many frames are ahead; where marks stay away, the carrier's own has stopped.
        while (!paused && reply.Sent - reply.Heard < (long)line.Ahead * frame.Length && !(marks && unmarked >= (line.Ahead + (2 * MarkEvery)) * frame.Length) && reply.TryRead(frame))
        {
            if (!line.TrySend(frame))
            {
                stalled += line.IsHeld ? 0 : 1;
                return;
            }

            stalled = 0;
            metrics.FrameOut();
            recorder?.ToCaller(frame, reply.Sent - reply.Heard);
            reply.Take(frame.Length);
            unmarked += frame.Length;
            if (++sinceMark >= MarkEvery)
            {
                sinceMark = 0;
                marks = line.TryMark(reply.Generation, reply.Sent);
            }
        }
    }

    /// <summary>Says what was heard: now and then, and at once where that was the last of it.</summary>
    private void Report()
    {
        var now = (reply.Generation, reply.Heard);
        if (now != reported && reply.Heard > 0 && (reply.IsHeard || ++sinceReport >= ReportEvery))
        {
            sinceReport = 0;
            report = reported = now;
        }
    }

    private void Flush()
    {
        if (reply.Sent > reply.Heard && line.TryFlush())
        {
            recorder?.Flushed();
            reply.Rewind();
            unmarked = sinceMark = 0;
        }
    }
}
