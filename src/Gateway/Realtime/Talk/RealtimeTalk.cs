using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>
/// One connection's conversation in the Realtime dialect: what the client asks becomes calls on a session, what the session tells becomes
/// events. No sockets, no threads, no clock of its own. The session is opened with the first thing that needs it, since the rates are fixed by then.
/// <para>One lock guards it. The session is never called under it: the session's own locks are held while it calls in here.</para>
/// </summary>
internal sealed partial class RealtimeTalk : ISessionClient
{
    private readonly ISessions sessions;
    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly Outbox outbox;
    private readonly ILogger logger;
    private readonly SessionShape shape;
    private readonly Lock gate = new();
    private readonly ItemLog items = new();
    private readonly string conversation = Ids.New("conv");
    private readonly long startedAt;
    private readonly CancellationTokenSource ended = new();
    private PacedInput? input;
    private ISession? session;
    private long sequence;
    private bool closed;

    public RealtimeTalk(ISessions sessions, GatewayOptions options, TimeProvider time, Outbox outbox, string model, ILogger logger, bool transcription = false)
    {
        this.sessions = sessions;
        this.options = options;
        this.time = time;
        this.outbox = outbox;
        this.logger = logger;
        startedAt = time.GetTimestamp();
        shape = new SessionShape(sessions.Catalog, model) { ExpiresAt = (time.GetUtcNow() + options.Realtime.MaxSession).ToUnixTimeSeconds(), Transcription = transcription };
    }

    /// <summary>Why the connection is to be closed; null while it is not.</summary>
    public string? Over { get; private set; }

    private TimeSpan Now => time.GetElapsedTime(startedAt);

    /// <summary>The client is there. <paramref name="minted"/>: what its secret was made with.</summary>
    public void Begin(SessionPatch? minted)
    {
        if (minted is not null)
        {
            // Checked when the secret was made; by another version, perhaps, and then the client is told.
            if (shape.Apply(minted, begun: false) is { } error)
            {
                Tell(error, null);
            }
        }

        Send("session.created", new JsonObject { ["session"] = shape.Json });
    }

    /// <summary>One message of the client.</summary>
    public async Task TakeAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var parsed = ClientEventParser.Parse(message);
        if (parsed.Event is not { } asked)
        {
            Tell(parsed.Error!, parsed.EventId);
            return;
        }

        var error = asked switch
        {
            ClientEvent.SessionUpdate update => Update(update.Patch),
            ClientEvent.Append append => await AppendAsync(append, cancellation).ConfigureAwait(false),
            ClientEvent.ClearInput => ClearInput(),
            ClientEvent.CreateItem create => await CreateAsync(create, cancellation).ConfigureAwait(false),
            ClientEvent.DeleteItem delete => Delete(delete.ItemId),
            ClientEvent.RetrieveItem retrieve => Retrieve(retrieve.ItemId),
            ClientEvent.Truncate truncate => Truncate(truncate),
            ClientEvent.CreateResponse respond => await RespondAsync(respond.Params, cancellation).ConfigureAwait(false),
            ClientEvent.CancelResponse cancel => CancelResponse(cancel),
            ClientEvent.Commit => Commit(),
            _ => RealtimeError.NotOffered("output_audio_buffer.clear on a WebSocket", "type"),
        };
        if (error is not null)
        {
            Tell(error, asked.EventId);
        }
    }

    /// <summary>Says what was wrong with a message that could not be read at all.</summary>
    public void Refuse(RealtimeError error) => Tell(error, null);

    /// <summary>Called every few tens of milliseconds: lets audio in, reports what is heard, and looks for an end.</summary>
    public void Tick()
    {
        Feed();
        CatchUp();
        (ISession Session, int Generation, long Samples)? heard = null;
        lock (gate)
        {
            if (session is not null && playing is { } response)
            {
                heard = (session, response.Generation, response.Speaks ? response.Clock.Position(Now) : response.Clock.Sent);
            }

            if (Over is null && Now > options.Realtime.MaxSession)
            {
                Tell(new RealtimeError("session_expired", $"Your session hit the maximum duration of {options.Realtime.MaxSession.TotalMinutes:0} minutes."), null);
                Over = "session_expired";
            }
        }

        if (heard is { } now && now.Samples > 0 && (now.Generation, now.Samples) != told)
        {
            told = (now.Generation, now.Samples);
            now.Session.Played(now.Generation, now.Samples);
        }
    }

    private (int Generation, long Samples) told;

    /// <summary>The connection is gone: in this dialect nobody comes back, so the session ends too.</summary>
    public void Gone()
    {
        ISession? left;
        ended.Cancel();
        lock (gate)
        {
            closed = true;
            left = session;
        }

        left?.Close("client");
        left?.Detach(this);
    }

    /// <summary>Tells the client that the server stops, or why else it closes the connection.</summary>
    public void End(RealtimeError why)
    {
        Tell(why, null);
        Over ??= why.Code;
    }

    private RealtimeError? Update(SessionPatch patch)
    {
        ISession? live;
        SessionSettings settings;
        lock (gate)
        {
            if (shape.Apply(patch, session is not null) is { } error)
            {
                return error;
            }

            Send("session.updated", new JsonObject { ["session"] = shape.Json });
            (live, settings) = (session, shape.Settings);
        }

        return live?.Configure(settings) is { } fault ? From(fault) : null;
    }

    private async Task<RealtimeError?> AppendAsync(ClientEvent.Append append, CancellationToken cancellation)
    {
        if (await OpenAsync(greet: false, cancellation).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        var pcm = WireAudio.Decode(shape.InputFormat, append.Audio);
        lock (gate)
        {
            if (!input!.TryAdd(pcm))
            {
                return new RealtimeError("input_audio_buffer_full", $"The input buffer holds {options.Realtime.MaxInput.TotalSeconds:0} s of audio that was not listened to yet: audio is listened to at up to twice real time.", "audio");
            }

            uncommitted += pcm.Length;
        }

        Feed();
        return null;
    }

    private RealtimeError? ClearInput()
    {
        lock (gate)
        {
            input?.End(keep: false);
            uncommitted = 0;
            (speech, heldStart, heldStop) = (null, null, null);
            deltas.Clear();
            Send("input_audio_buffer.cleared", []);
        }

        return null;
    }

    /// <summary>Opens the session where there is none yet.</summary>
    private async Task<RealtimeError?> OpenAsync(bool greet, CancellationToken cancellation)
    {
        OpenSession request;
        lock (gate)
        {
            if (session is not null || reopening)
            {
                return null;
            }

            if (Over is not null)
            {
                return new RealtimeError("session_closed", "The session is over.");
            }

            input ??= new PacedInput(WireAudio.Rate(shape.InputFormat), options.Realtime.MaxInput);
            var rate = WireAudio.Rate(shape.OutputFormat);
            outbox.Bound((long)(options.QueueAudio.TotalSeconds * rate));
            request = new OpenSession
            {
                InputRate = WireAudio.Rate(shape.InputFormat),
                OutputRate = rate,
                // Nobody listens to what is only read: it need not come at the pace of speech.
                Lead = shape.Speaks ? options.Realtime.Lead : TimeSpan.FromMinutes(10),
                Settings = shape.Settings with { Greet = greet, Context = Remembered() },
                Tenant = options.Realtime.Tenant,
                TenantKey = options.Realtime.TenantKey,
            };
        }

        var result = await sessions.OpenAsync(request, this, cancellation).ConfigureAwait(false);
        if (result.Session is not { } opened)
        {
            return From(result.Fault ?? new SessionFault("internal", "The session could not be opened."));
        }

        bool late;
        lock (gate)
        {
            session = opened;
            ticket = new ResumeSession(result.Opened!.Session, result.Opened.Token);
            asOpened = request;
            late = closed;
        }

        if (late)
        {
            opened.Close("client");
        }

        return null;
    }

    private void Feed()
    {
        // One at a time, or frames would overtake each other on their way in.
        if (!Monitor.TryEnter(feeding))
        {
            return;
        }

        try
        {
            while (true)
            {
                ISession? live;
                ArraySegment<short> piece;
                bool? end;
                long number;
                lock (gate)
                {
                    live = session;
                    if (live is null || input is null)
                    {
                        return;
                    }

                    input.Factor = shape.Manual ? FactorByHand : FactorByEar;
                    (piece, end) = input.Take(Now);
                    fed += piece.Count;
                    number = piece.Count > 0 ? sequence++ : 0;
                }

                if (end is { } keep)
                {
                    live.EndTurn(keep);
                    continue;
                }

                if (piece.Count == 0)
                {
                    return;
                }

                if (live.PushAudio(number, piece) is { } fault)
                {
                    Tell(From(fault), null);
                    return;
                }
            }
        }
        finally
        {
            Monitor.Exit(feeding);
        }
    }

    private readonly object feeding = new();

    private static RealtimeError From(SessionFault fault) => new(fault.Code, fault.Message, fault.Setting)
    {
        Type = fault.Code is "internal" or "too_many_sessions" or "server_stopping" or "busy" or "starting" ? "server_error" : "invalid_request_error",
    };

    private void Tell(RealtimeError error, string? eventId) => outbox.Add(ServerEvents.Error(error, eventId));

    private void Send(string type, JsonObject fields) => outbox.Add(ServerEvents.Write(type, fields));
}
