using System.Globalization;
using System.Net.WebSockets;
using Conversation.Audio;
using Conversation.Gateway.Telephony.Twilio.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>
/// The sending side of one stream. The carrier keeps a buffer, plays it by its own clock, sends marks back as they are
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

    private readonly SendQueue queue;
    private readonly StreamEncoder writer;
    private readonly Func<SessionEvent.ActionRequested, Task<bool>?> act;
    private readonly byte[] encoded = new byte[StreamEncoder.FrameBytes];
    private readonly Lock gate = new();
    private readonly Queue<(long Name, int Generation, long Position)> pending = new();
    private long marks;
    private int sinceMark;

    public TwilioLine(WebSocket socket, StreamEncoder writer, int ahead, Func<SessionEvent.ActionRequested, Task<bool>?> act)
    {
        // Closed by us, the carrier goes on with what stands behind the stream.
        queue = new SendQueue(socket, WebSocketMessageType.Text, writer.MediaLength, MostFrames, closes: true);
        this.writer = writer;
        this.act = act;
        Ahead = ahead;
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
    public Task Completion => queue.Completion;

    public bool TrySend(ReadOnlySpan<short> frame)
    {
        if (!queue.TryRent(out var bytes))
        {
            return false;
        }

        // One call sends from one thread at a time.
        G711.EncodeMuLaw(frame, encoded);
        writer.Media(encoded, bytes);
        queue.Send(bytes);
        return true;
    }

    public bool TryFlush()
    {
        lock (gate)
        {
            // These come back now without having been played.
            pending.Clear();
            sinceMark = 0;
            queue.Flush(writer.Clear);
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
            queue.Say(writer.Mark(marks.ToString(CultureInfo.InvariantCulture)));
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

    public void HangUp() => queue.End();
}
