using System.Net.WebSockets;
using Conversation.Gateway.Telephony.ChanWebSocket;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>
/// One call in the application: its channel and one for its audio in a bridge, and the WebSocket of the second to here. When the dialog or the
/// connection ends it, the caller's channel goes on in the dialplan, which learns why.
/// </summary>
internal sealed class AriCall(AriChannel channel, CarrierRoute route, CallerInfo caller, AriClient ari, GatewayOptions options, CarrierHost host, ILogger logger) : IDisposable
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource gone = new();
    private readonly string bridge = $"{options.Ari.App}-bridge-{Guid.NewGuid():N}";
    private SessionEvent.ActionRequested? asked;

    /// <summary>The caller's channel.</summary>
    public string Channel => channel.Id;

    /// <summary>The channel of the call's audio.</summary>
    public string Media { get; } = $"{options.Ari.App}-media-{Guid.NewGuid():N}";

    /// <summary>The audio's channel is in the application: it can be bridged.</summary>
    public void MediaEntered() => entered.TrySetResult();

    /// <summary>The caller's channel, or that of its audio, has left.</summary>
    public void Left()
    {
        try
        {
            gone.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Takes the call until either side ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, gone.Token);
        try
        {
            if (await Connect(end.Token).ConfigureAwait(false) is { } socket)
            {
                using (socket)
                {
                    var call = new ChanWebSocketCall { Carrier = "ari", CallId = channel.Id, Route = route, Caller = caller, Tell = Note };
                    await new ChanWebSocketConnection(socket, options.ChanWebSocket, call, host, logger).RunAsync(end.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failed) when (failed is WebSocketException or OperationCanceledException or TimeoutException or IOException)
        {
            AriLog.CallFailed(logger, channel.Id, failed.Message);
        }
        finally
        {
            await Release(callerLeft: gone.IsCancellationRequested).ConfigureAwait(false);
        }
    }

    public void Dispose() => gone.Dispose();

    private async Task<ClientWebSocket?> Connect(CancellationToken cancellation)
    {
        if (channel.State != "Up" && !(await ari.AnswerAsync(channel.Id).ConfigureAwait(false)).Done)
        {
            return null;
        }

        var made = await ari.MediaAsync(Media).ConfigureAwait(false);
        if (AriWire.ReadChannel(made.Body)?.Variables.GetValueOrDefault("MEDIA_WEBSOCKET_CONNECTION_ID") is not { Length: > 0 } connection)
        {
            return null;
        }

        var socket = await ari.ConnectMediaAsync(connection, cancellation).ConfigureAwait(false);
        try
        {
            // Before it is bridged, what is sent to it would be played to nobody.
            await entered.Task.WaitAsync(options.Ari.Timeout, host.Time, cancellation).ConfigureAwait(false);
            if ((await ari.BridgeAsync(bridge).ConfigureAwait(false)).Done && (await ari.AddAsync(bridge, $"{channel.Id},{Media}").ConfigureAwait(false)).Done)
            {
                return socket;
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return null;
    }

    private Task Note(SessionEvent.ActionRequested action)
    {
        asked = action;
        return Task.CompletedTask;
    }

    private async Task Release(bool callerLeft)
    {
        await ari.HangUpAsync(Media).ConfigureAwait(false);
        await ari.EndBridgeAsync(bridge).ConfigureAwait(false);
        if (callerLeft && asked is null)
        {
            return;
        }

        if (asked is not null)
        {
            foreach (var (name, value) in AsteriskPlan.Variables(asked))
            {
                await ari.SetAsync(channel.Id, name, value).ConfigureAwait(false);
            }
        }

        var transfers = asked is { Name: "transfer", Target.Length: > 0 } && options.Ari.TransferContext.Length > 0;
        await ari.ContinueAsync(channel.Id, transfers ? options.Ari.TransferContext : "", transfers ? asked!.Target : "").ConfigureAwait(false);
    }
}
