using System.Net.WebSockets;
using System.Runtime.InteropServices;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>One call: MEDIA_START opens its session, then audio as it is and events as text.</summary>
internal sealed class ChanWebSocketConnection(WebSocket socket, ChanWebSocketOptions options, ChanWebSocketCall told, CarrierHost host, ILogger logger)
{
    // A second at 16 kHz; and MEDIA_START tells all variables of a channel.
    private readonly byte[] buffer = new byte[65_536];
    private ChanWebSocketLine? line;
    private readonly CancellationTokenSource leaving = new();
    private CarrierCall? call;

    /// <summary>Takes the call until either side ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(host.Options.OpenTimeout, host.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        using var end = stopping.Register(() => line?.HangUp());
        try
        {
            while (await Receive(call is null ? opening.Token : leaving.Token).ConfigureAwait(false) is { } message)
            {
                if (!await Take(message.Type, message.Length, opening.Token).ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
        }
        finally
        {
            call?.Gone();
            line?.HangUp();
            if (line is not null)
            {
                await line.Completion.WaitAsync(TimeSpan.FromSeconds(2), host.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            socket.Abort();
            leaving.Dispose();
        }
    }

    /// <summary>The next message, in the buffer; null at the end, or where it is longer than any should be.</summary>
    private async Task<(WebSocketMessageType Type, int Length)?> Receive(CancellationToken cancellation)
    {
        var received = await socket.ReceiveWholeAsync(buffer, cancellation).ConfigureAwait(false);
        return received.Length < 0 || received.Type == WebSocketMessageType.Close ? null : received;
    }

    /// <summary>False where the call is over.</summary>
    private async ValueTask<bool> Take(WebSocketMessageType type, int length, CancellationToken opening)
    {
        if (type == WebSocketMessageType.Binary)
        {
            // Audio before its format is told, or half a sample: no Asterisk.
            return call is not null && length % 2 == 0 && call.Audio(MemoryMarshal.Cast<byte, short>(buffer.AsSpan(0, length)));
        }

        if (ChanWire.Read(buffer.AsSpan(0, length)) is not { } message)
        {
            return false;
        }

        switch (message.Name)
        {
            case ChanEvent.Start:
                return call is null && await Open(message, opening).ConfigureAwait(false);
            case ChanEvent.Xoff or ChanEvent.Xon:
                line?.Stop(message.Name == ChanEvent.Xoff);
                break;
            case ChanEvent.MarkProcessed when ChanWire.ReadMark(message.CorrelationId) is { } mark:
                call?.MarkPlayed(mark.Generation, mark.Position);
                break;
            case ChanEvent.DigitEnd:
                call?.Digit(message.Digit);
                break;
            case ChanEvent.Error:
                ChanWebSocketLog.Failed(logger, message.ChannelId, message.ErrorText);
                break;
        }

        return true;
    }

    private async Task<bool> Open(ChanEvent start, CancellationToken opening)
    {
        var rate = Ari.AriOptions.RateOf(start.Format);
        line = new ChanWebSocketLine(socket, start.Json, rate / 50, options.Ahead, told.Tell);
        if (rate == 0 || start.FrameMs != 20 || start.FrameBytes != rate / 25)
        {
            ChanWebSocketLog.Unfit(logger, start.ChannelId, start.Format, start.FrameMs);
            return false;
        }

        (call, _) = await CarrierCall.OpenAsync(host, told.ToCaller(start, rate), line, opening).ConfigureAwait(false);
        _ = CarrierSocket.LeaveAfterAsync(line.Completion, leaving, host.Time);
        return call is not null;
    }
}
