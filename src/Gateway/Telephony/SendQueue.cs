using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Conversation.Gateway.Telephony;

/// <summary>
/// What goes out on one WebSocket, in order, and the one task that sends it: frames of one length, of which so many may wait, and messages. The memory of a frame that
/// was sent carries a later one.
/// </summary>
internal sealed class SendQueue
{
    private readonly WebSocket socket;
    private readonly WebSocketMessageType frameType;
    private readonly int frameLength;
    private readonly int mostFrames;
    private readonly bool closes;
    private readonly Lock gate = new();
    private readonly Queue<(byte[] Bytes, bool IsFrame)> queue = new();
    private readonly Stack<byte[]> free = new();
    // One slot: a wake-up already pending is as good as two.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private int frames;
    private bool ended;

    /// <summary>Starts sending. <paramref name="closes"/>: whether the socket is closed from this side behind the last message.</summary>
    public SendQueue(WebSocket socket, WebSocketMessageType frameType, int frameLength, int mostFrames, bool closes)
    {
        (this.socket, this.frameType, this.frameLength, this.mostFrames, this.closes) = (socket, frameType, frameLength, mostFrames, closes);
        Completion = Task.Run(SendAll);
    }

    /// <summary>Done when nothing more will be sent.</summary>
    public Task Completion { get; }

    /// <summary>A frame to be filled and given to <see cref="Send"/>; false where no more may wait, or none goes any more.</summary>
    public bool TryRent([NotNullWhen(true)] out byte[]? frame)
    {
        lock (gate)
        {
            frame = ended || frames >= mostFrames ? null : free.TryPop(out var pooled) ? pooled : new byte[frameLength];
            frames += frame is null ? 0 : 1;
            return frame is not null;
        }
    }

    /// <summary>Sends a rented frame.</summary>
    public void Send(byte[] frame) => Add(frame, isFrame: true);

    /// <summary>Sends a message behind all that waits.</summary>
    public void Say(byte[] text) => Add(text, isFrame: false);

    /// <summary>What has not been sent goes no further, frames and messages; this does.</summary>
    public void Flush(byte[] text)
    {
        lock (gate)
        {
            while (queue.TryDequeue(out var item))
            {
                Recycle(item);
            }

            Add(text, isFrame: false);
        }
    }

    /// <summary>Nothing more is taken; what waits still goes.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
        }

        wake.Writer.TryComplete();
    }

    private void Add(byte[] bytes, bool isFrame)
    {
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            queue.Enqueue((bytes, isFrame));
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
            if (closes)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
            }
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
            (byte[] Bytes, bool IsFrame) item;
            lock (gate)
            {
                if (!queue.TryDequeue(out item))
                {
                    return;
                }
            }

            await socket.SendAsync(item.Bytes, item.IsFrame ? frameType : WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
            lock (gate)
            {
                Recycle(item);
            }
        }
    }

    private void Recycle((byte[] Bytes, bool IsFrame) item)
    {
        if (item.IsFrame)
        {
            frames--;
            free.Push(item.Bytes);
        }
    }
}
