using System.Globalization;
using System.Net.WebSockets;
using System.Threading.Channels;
using Conversation.Audio;
using Conversation.Gateway.Telephony.Twilio.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>
/// The sending side of one stream: a bounded queue and one task that sends from it. The carrier keeps a buffer, plays it by its own clock, sends marks back as they are
/// reached, and drops it when told. Between two marks time is told by this side's clock, which waits for the carrier's at each.
/// </summary>
internal sealed class TwilioLine : ICarrierLine
{
    // Two seconds of audio: a socket that takes none for as long is no line.
    private const int MostFrames = 100;
    // Ticks: marks are asked for every five frames; so much longer than that one may take before the carrier counts as one that sends none.
    private const int MarkEvery = 5;
    private const int MarkPatience = 150;
    private const int MostMarks = 1_000;

    private readonly WebSocket socket;
    private readonly StreamEncoder writer;
    private readonly Func<SessionEvent.ActionRequested, Task<bool>?> act;
    private readonly byte[] encoded = new byte[StreamEncoder.FrameBytes];
    private readonly Lock gate = new();
    private readonly Queue<(byte[] Bytes, bool IsFrame)> queue = new();
    private readonly Stack<byte[]> free = new();
    private readonly Queue<(long Name, int Generation, long Position)> pending = new();
    // One slot: a wake-up already pending is as good as two.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private long marks;
    private int sinceMark;
    private int frames;
    private bool ended;

    public TwilioLine(WebSocket socket, StreamEncoder writer, int ahead, Func<SessionEvent.ActionRequested, Task<bool>?> act)
    {
        this.socket = socket;
        this.writer = writer;
        this.act = act;
        Ahead = ahead;
        Completion = Task.Run(SendAll);
    }

    public int Ahead { get; }

    public bool NeedsSilence => false;

    // Up to the mark that is due next and no further, until it is there; or for good, where none ever comes.
    public bool IsPlaying
    {
        get
        {
            lock (gate)
            {
                return pending.Count == 0 || sinceMark < MarkEvery || sinceMark > MarkPatience;
            }
        }
    }

    /// <summary>Done when nothing more will be sent.</summary>
    public Task Completion { get; }

    public bool TrySend(ReadOnlySpan<short> frame)
    {
        lock (gate)
        {
            if (ended || frames >= MostFrames)
            {
                return false;
            }

            var bytes = free.TryPop(out var pooled) ? pooled : new byte[writer.MediaLength];
            G711.EncodeMuLaw(frame, encoded);
            writer.Media(encoded, bytes);
            frames++;
            queue.Enqueue((bytes, true));
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

            // These come back now without having been played.
            pending.Clear();
            sinceMark = 0;
            Say(writer.Clear);
        }

        return true;
    }

    public bool TryMark(int generation, long position)
    {
        lock (gate)
        {
            if (pending.Count >= MostMarks || (pending.Count > 0 && sinceMark > MarkPatience))
            {
                return false;
            }

            sinceMark = pending.Count == 0 ? 0 : sinceMark;
            pending.Enqueue((++marks, generation, position));
            Say(writer.Mark(marks.ToString(CultureInfo.InvariantCulture)));
        }

        return true;
    }

    /// <summary>A mark came back: how far the reply has been played, or null where it says nothing of that.</summary>
    public (int Generation, long Position)? Marked(string name)
    {
        lock (gate)
        {
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !pending.Any(mark => mark.Name == number))
            {
                return null;
            }

            while (true)
            {
                var (passed, generation, position) = pending.Dequeue();
                if (passed == number)
                {
                    sinceMark = 0;
                    return (generation, position);
                }
            }
        }
    }

    public void Tick()
    {
        lock (gate)
        {
            sinceMark = pending.Count == 0 ? 0 : sinceMark + 1;
        }
    }

    public bool TryAct(SessionEvent.ActionRequested action)
    {
        if (act(action) is not { } acting)
        {
            return false;
        }

        // Done or not, the stream ends then; a call that was handed over has gone on before.
        _ = acting.ContinueWith(_ => HangUp(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return true;
    }

    public void HangUp()
    {
        lock (gate)
        {
            ended = true;
        }

        wake.Writer.TryComplete();
    }

    private void Say(byte[] text)
    {
        if (!ended)
        {
            queue.Enqueue((text, false));
            wake.Writer.TryWrite(true);
        }
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
            // Closed by us, the carrier goes on with what stands behind the stream.
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
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

            await socket.SendAsync(item.Bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
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
