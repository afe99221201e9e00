using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>A call that is to be recorded: the notice first, and the recording where it was heard whole and nobody objected. Called from every thread of the call; blocks on nothing.</summary>
internal sealed class CallRecorder(Recordings recordings, CarrierCaller caller)
{
    // Ticks of 20 ms: once a second.
    private const int TickEvery = 50;
    private readonly Lock gate = new();
    private readonly Consent consent = new(caller.Route.ConsentKey);
    private CallRecording? recording;
    private string session = "";
    private bool freed;
    private bool settled;
    private bool over;
    private int ticks;

    /// <summary>True until the notice was heard or given up: keys must not cut it short.</summary>
    public bool IsNoticeOpen
    {
        get
        {
            lock (gate)
            {
                return consent.IsOpen && !over;
            }
        }
    }

    /// <summary>True once, when the notice is over: from now on the caller may interrupt.</summary>
    public bool TakeFreed(string id)
    {
        lock (gate)
        {
            session = id;
            if (freed || consent.IsOpen || over)
            {
                return false;
            }

            return freed = true;
        }
    }

    /// <summary>The session tells something.</summary>
    public void Follow(SessionEvent message)
    {
        lock (gate)
        {
            consent.Take(message);
            Look();
        }
    }

    /// <summary>A tick, and what the caller has heard by it. True where the recording begins with it: what the carrier was sent ahead is to be given then.</summary>
    public bool Tick(int generation, long heard)
    {
        lock (gate)
        {
            var before = recording;
            if (consent.State == ConsentState.Saying)
            {
                consent.Heard(generation, heard);
                Look();
            }

            if (++ticks % TickEvery == 0)
            {
                recording?.Tick();
            }

            return recording != before;
        }
    }

    /// <summary>A key; true where it objects, and is nobody else's.</summary>
    public bool Press(char digit)
    {
        lock (gate)
        {
            var objects = consent.Press(digit);
            Look();
            return objects;
        }
    }

    public void FromCaller(ReadOnlySpan<short> pcm) => Volatile.Read(ref recording)?.FromCaller(pcm);

    public void ToCaller(ReadOnlySpan<short> pcm, long ahead) => Volatile.Read(ref recording)?.ToCaller(pcm, ahead);

    public void Waits(int samples) => Volatile.Read(ref recording)?.Waits(samples);

    public void Flushed() => Volatile.Read(ref recording)?.Flushed();

    /// <summary>The call is over.</summary>
    public void End(string reason)
    {
        lock (gate)
        {
            over = true;
            recording?.End(reason);
        }
    }

    private void Look()
    {
        if (over)
        {
            return;
        }

        switch (consent.State)
        {
            case ConsentState.Given when recording is null:
                var now = recordings.Time.GetUtcNow();
                Volatile.Write(ref recording, recordings.Begin(new RecordingNote
                {
                    Call = caller.CallId,
                    Session = session,
                    Carrier = caller.Carrier,
                    Tenant = caller.Route.Tenant,
                    Responder = caller.Route.Responder,
                    Caller = caller.Caller?.Number ?? "",
                    Called = caller.Caller?.Called ?? "",
                    Outbound = caller.Caller?.Outbound ?? false,
                    Rate = caller.Rate,
                    Consent = caller.Route.Consent,
                    ConsentHeard = now,
                    Started = now,
                }));
                break;
            case ConsentState.Refused when !settled:
                settled = true;
                recording?.End("objected", delete: true);
                if (recording is null)
                {
                    recordings.LogNone(caller.CallId, "the caller objected");
                }

                break;
            case ConsentState.Missed when !settled:
                settled = true;
                recordings.LogNone(caller.CallId, "the notice was cut short");
                break;
        }
    }
}
