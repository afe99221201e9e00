using System.Buffers;
using System.Net.WebSockets;
using Conversation.Gateway.Realtime.Talk;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Realtime;

/// <summary>One WebSocket and its conversation: reads messages, sends what waits, and looks after both until either ends.</summary>
internal sealed class RealtimeSocket(WebSocket socket, RealtimeTalk talk, Outbox outbox, GatewayOptions options, TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    public async Task RunAsync(SessionPatch? minted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        talk.Begin(minted);
        var sending = outbox.SendAll(message => socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None).AsTask());
        using var deaf = new CancellationTokenSource();
        var reading = ReadAll(deaf.Token);
        var watching = Watch(over.Token);
        await Task.WhenAny(sending, reading, watching).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (stopping.IsCancellationRequested)
        {
            talk.End(new RealtimeError("server_stopping", "The server is stopping. Connect again in a few seconds.") { Type = "server_error" });
        }

        talk.Gone();
        outbox.End();
        await Quietly(Part(sending, reading)).ConfigureAwait(false);
        socket.Abort();
        await deaf.CancelAsync().ConfigureAwait(false);
        await Quietly(reading).ConfigureAwait(false);
        await Quietly(watching).ConfigureAwait(false);
        await Quietly(sending).ConfigureAwait(false);
    }

    /// <summary>What waits goes out, and then the close, within bounds.</summary>
    /// <remarks>Sent is only as far as the pipe before the socket, and ending the connection empties that pipe: the client's own close says that it has heard.</remarks>
    private async Task Part(Task sending, Task reading)
    {
        using var limit = new CancellationTokenSource(LastWords, time);
        await sending.WaitAsync(limit.Token).ConfigureAwait(false);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            var status = stopping.IsCancellationRequested ? WebSocketCloseStatus.EndpointUnavailable : talk.Over is null ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.PolicyViolation;
            await socket.CloseOutputAsync(talk.Over is "client" or "hangup" ? WebSocketCloseStatus.NormalClosure : status, talk.Over, limit.Token).ConfigureAwait(false);
            await reading.WaitAsync(limit.Token).ConfigureAwait(false);
        }
    }

    private async Task ReadAll(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16_384);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var length = 0;
                var tooLong = false;
                ValueWebSocketReceiveResult received;
                do
                {
                    if (length == buffer.Length)
                    {
                        Grow(ref buffer);
                    }

                    received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
                    if (received.MessageType == WebSocketMessageType.Close)
                    {
                        return;
                    }

                    length += received.Count;
                    if (length > ClientEventParser.MaxMessage)
                    {
                        // Read to its end and forgotten: the connection goes on.
                        tooLong = true;
                        length = 0;
                    }
                }
                while (!received.EndOfMessage);

                if (tooLong)
                {
                    talk.Refuse(new RealtimeError("invalid_value", "The message is longer than an append of 15 MiB."));
                }
                else if (received.MessageType == WebSocketMessageType.Binary)
                {
                    talk.Refuse(new RealtimeError("invalid_json", "Messages are text; this one is binary."));
                }
                else
                {
                    await talk.TakeAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
                }

                if (buffer.Length > 1 << 20)
                {
                    // After a large one: it is not kept for the small ones that follow.
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(16_384);
                }
            }
        }
        finally
        {
            // Not given back: an abandoned read may still write into it.
            _ = buffer;
        }
    }

    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private async Task Watch(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            talk.Tick();
            if (outbox.Overflowed || outbox.Behind > options.SlowClientTimeout)
            {
                // What waits cannot be sent either, so there is nothing to say.
                socket.Abort();
                return;
            }

            if (talk.Over is not null)
            {
                return;
            }
        }
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or ObjectDisposedException or InvalidOperationException or TimeoutException or IOException)
        {
            // The line is dead, which is what this waits for.
        }
    }
}
