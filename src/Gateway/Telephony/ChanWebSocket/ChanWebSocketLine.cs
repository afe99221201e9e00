using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>
/// The sending side of one chan_websocket: a bounded queue and one task that sends from it. Asterisk keeps a queue, plays it by its own clock with
/// silence where it is empty, and drops it when told.
/// </summary>
internal sealed class ChanWebSocketLine : ICarrierLine
{
    // A second of audio: a socket that takes none for as long is no line.
    private const int MostFrames = 50;
    private readonly WebSocket socket;
    private readonly bool json;
    private readonly Func<SessionEvent.ActionRequested, Task>? tell;
    private readonly Lock gate = new();
    private readonly Queue<(byte[] Bytes, WebSocketMessageType Type)> queue = new();
    private readonly Stack<byte[]> free = new();
    // One slot: a wake-up already pending is as good as two.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private int frames;
    private bool full;
    private bool ended;

    public ChanWebSocketLine(WebSocket socket, bool json, int ahead, Func<SessionEvent.ActionRequested, Task>? tell = null)
    {
        this.tell = tell;
        this.socket = socket;
        this.json = json;
        Ahead = ahead;
        Completion = Task.Run(SendAll);
    }

    public int Ahead { get; }

    public bool NeedsSilence => false;

    /// <summary>Done when nothing more will be sent.</summary>
    public Task Completion { get; }

    /// <summary>Asterisk's queue is full, or no longer.</summary>
    public void Stop(bool isFull)
    {
        lock (gate)
        {
            full = isFull;
        }
    }

    public bool TrySend(ReadOnlySpan<short> frame)
    {
        lock (gate)
        {
            if (ended || full || frames >= MostFrames)
            {
                return false;
            }

            var bytes = free.TryPop(out var pooled) ? pooled : new byte[frame.Length * 2];
            // Samples are little-endian, as they are in memory wherever .NET runs.
            MemoryMarshal.AsBytes(frame).CopyTo(bytes);
            frames++;
            queue.Enqueue((bytes, WebSocketMessageType.Binary));
        }

        wake.Writer.TryWrite(true);
        return true;
    }

    public bool TryFlush()
    {
        lock (gate)
        {
            // Not yet sent, frames and the marks among them go no further.
            while (queue.TryDequeue(out var item))
            {
                Recycle(item);
            }
        }

        Say("FLUSH_MEDIA");
        return true;
    }

    public bool TryMark(int generation, long position)
    {
        Say("MARK_MEDIA", ChanWire.MarkName(generation, position));
        return true;
    }

    public bool TryAct(SessionEvent.ActionRequested action) => Ari.AsteriskPlan.TryTell(tell, action, HangUp);

    public void HangUp()
    {
        Say("HANGUP");
        lock (gate)
        {
            ended = true;
        }

        wake.Writer.TryComplete();
    }

    private void Say(string command, string? correlationId = null)
    {
        lock (gate)
        {
            if (!ended)
            {
                queue.Enqueue((ChanWire.Command(json, command, correlationId), WebSocketMessageType.Text));
            }
        }

        wake.Writer.TryWrite(true);
    }

    private async Task SendAll()
    {
        try
        {
            while (await wake.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                wake.Reader.TryRead(out _);
                await SendQueued().ConfigureAwait(false);
            }

            await SendQueued().ConfigureAwait(false);
            // Asterisk closes upon HANGUP; the reading side waits for it, or for its patience to end.
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException or IOException)
        {
            // The reading side sees the same and ends the call.
        }
    }

    private async Task SendQueued()
    {
        while (true)
        {
            (byte[] Bytes, WebSocketMessageType Type) item;
            lock (gate)
            {
                if (!queue.TryDequeue(out item))
                {
                    return;
                }
            }

            await socket.SendAsync(item.Bytes, item.Type, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            lock (gate)
            {
                Recycle(item);
            }
        }
    }

    private void Recycle((byte[] Bytes, WebSocketMessageType Type) item)
    {
        if (item.Type == WebSocketMessageType.Binary)
        {
            frames--;
            free.Push(item.Bytes);
        }
    }
}
