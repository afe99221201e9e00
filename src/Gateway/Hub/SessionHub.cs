using Conversation.Gateway.Wire;
using Conversation.Sessions;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Conversation.Gateway.Hub;

/// <summary>
/// The session protocol's server side (docs/specs/session-protocol.md). Each method checks and hands on; SignalR calls them one at a time
/// for a connection. Errors in what asks for no answer go to the client as <c>error</c> events.
/// </summary>
internal sealed partial class SessionHub(
    ISessions sessions,
    ConnectionRegistry registry,
    GatewayOptions options,
    GatewayMetrics metrics,
    TimeProvider time,
    IHubContext<SessionHub> hubs,
    ILogger<SessionHub> logger) : Microsoft.AspNetCore.SignalR.Hub
{
    internal const string Key = "conversation";

    private SessionConnection Connection => (SessionConnection)Context.Items[Key]!;

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        var context = Context;
        var http = context.GetHttpContext();
        var proxy = hubs.Clients.Client(context.ConnectionId);
        var connection = new SessionConnection(options, time, metrics, (method, arguments) => proxy.SendCoreAsync(method, arguments), context.Abort, () => http?.Abort());
        context.Items[Key] = connection;
        http?.Response.OnCompleted(() =>
        {
            connection.TransportEnded();
            return Task.CompletedTask;
        });
        metrics.Connected();
        if (!registry.TryAdd(context.ConnectionId, connection))
        {
            Reject(Faults.Busy());
            connection.End(Faults.Busy(), CloseReasons.Busy);
        }

        LogConnected(context.ConnectionId, context.Features.Get<IHttpTransportFeature>()?.TransportType.ToString() ?? "");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items.TryGetValue(Key, out var found) && found is SessionConnection connection)
        {
            connection.Gone();
            registry.Remove(Context.ConnectionId);
            metrics.Disconnected();
        }

        LogDisconnected(Context.ConnectionId, exception?.GetType().Name ?? "none");
        return Task.CompletedTask;
    }

    /// <summary>Opens a session or resumes one.</summary>
    public async Task<object> Open(OpenRequest? request)
    {
        request ??= new OpenRequest();
        var connection = Connection;
        if (TakesControl() is { } flood)
        {
            throw Refused(flood);
        }

        var refusal = registry.Draining ? Faults.Stopping() : connection.Session is not null ? Faults.AlreadyOpen() : request.Check();
        if (refusal is not null)
        {
            throw Refused(refusal);
        }

        // A gateway sends what a session says only after Open's own answer; see WireOpened.
        connection.Client.Hold((long)(options.QueueAudio.TotalSeconds * request.OutputRate));
        OpenResult result;
        try
        {
            result = await sessions.OpenAsync(request.ToSession(), connection.Client, Context.ConnectionAborted).ConfigureAwait(false);
        }
        catch
        {
            connection.Client.Release();
            throw;
        }

        if (result is not { Session: { } session, Opened: { } opened })
        {
            connection.Client.Release();
            throw Refused(result.Fault ?? Faults.Internal());
        }

        connection.Guard.Open(request.InputRate, opened.LastSequence);
        connection.Attach(session);
        metrics.Opened(opened.Resumed ? "resumed" : opened.Restored ? "restored" : "new");
        LogOpened(Context.ConnectionId, session.Id, opened.Resumed, opened.Restored);
        return new WireOpened(opened, connection.Client.Release);
    }

    /// <summary>Audio from the microphone.</summary>
    public void Audio(long sequence, PcmMessage pcm)
    {
        try
        {
            var connection = Connection;
            if (connection.Client.Ending)
            {
                return;
            }

            if (connection.Session is not { } session)
            {
                Refuse(Faults.NotOpen(nameof(Audio)));
            }
            else if (connection.Guard.IsAudioFlood(pcm.Samples.Length))
            {
                End(Faults.AudioFlood(options), CloseReasons.Flood);
            }
            else if ((pcm.Fault ?? connection.Guard.Check(sequence, pcm.Samples.Length) ?? session.PushAudio(sequence, pcm.Samples)) is { } fault)
            {
                Refuse(fault);
            }
            else
            {
                metrics.FrameIn();
            }
        }
        finally
        {
            pcm.Return();
        }
    }

    /// <summary>What the listener has heard.</summary>
    public void Played(int generation, long samples)
    {
        if (Ready(nameof(Played)) is { } session)
        {
            if (generation < 0 || samples < 0)
            {
                Refuse(new SessionFault("bad_arguments", "Played: generation and samples count from 0."));
                return;
            }

            session.Played(generation, samples);
        }
    }

    /// <summary>A turn typed instead of spoken.</summary>
    public void Text(string? text)
    {
        if (Ready(nameof(Text)) is { } session)
        {
            var fault = string.IsNullOrWhiteSpace(text) || text.Length > options.MaxTextLength ? Faults.Text(options.MaxTextLength) : session.Type(text);
            if (fault is not null)
            {
                Refuse(fault);
            }
        }
    }

    /// <summary>Changes settings.</summary>
    public void Configure(SessionSettings? settings)
    {
        if (Ready(nameof(Configure)) is { } session
            && (settings is null ? new SessionFault("bad_arguments", "Configure: settings are missing.", "settings") : session.Configure(settings with { Instructions = null, Tools = null, ToolChoice = null, TurnTaking = null, Context = null })) is { } fault)
        {
            Refuse(fault);
        }
    }

    /// <summary>Ends the session.</summary>
    public void Close() => Ready(nameof(Close))?.Close("client");

    /// <summary>Called in place of a ping; that a call came is noted by <see cref="HubFaultFilter"/>.</summary>
    public void Alive() => TakesControl();

    /// <summary>Called in place of a message that could not be read as one of the above.</summary>
    public void Refuse(Refusal refusal)
    {
        if (refusal.Answered)
        {
            throw Refused(refusal.Fault);
        }

        Refuse(refusal.Fault);
    }

    private void Refuse(SessionFault fault)
    {
        Reject(fault);
        if (Connection.Guard.IsTooMany())
        {
            End(Faults.TooManyErrors(options), CloseReasons.TooManyErrors);
        }
        else
        {
            Connection.Client.Tell(fault);
        }
    }

    private ISession? Ready(string method)
    {
        if (Connection.Client.Ending)
        {
            return null;
        }

        if (TakesControl() is not null)
        {
            return null;
        }

        if (Connection.Session is { } session)
        {
            return session;
        }

        Refuse(Faults.NotOpen(method));
        return null;
    }

    private SessionFault? TakesControl()
    {
        if (!Connection.Guard.IsControlFlood())
        {
            return null;
        }

        var fault = Faults.ControlFlood(options);
        End(fault, CloseReasons.Flood);
        return fault;
    }

    private void End(SessionFault why, string reason)
    {
        metrics.Rejected(why.Code);
        LogEnded(Context.ConnectionId, reason);
        Connection.End(why, reason);
    }

    private HubException Refused(SessionFault fault)
    {
        Reject(fault);
        if (Connection.Guard.IsTooMany())
        {
            End(Faults.TooManyErrors(options), CloseReasons.TooManyErrors);
        }

        return new HubException($"{fault.Code}: {fault.Message}");
    }

    private void Reject(SessionFault fault)
    {
        metrics.Rejected(fault.Code);
        LogRefused(Context.ConnectionId, fault.Code);
    }
}
