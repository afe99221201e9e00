using System.Net.WebSockets;
using System.Runtime.InteropServices;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>The sending side of one chan_websocket. Asterisk keeps a queue, plays it by its own clock with silence where it is empty, and drops it when told.</summary>
internal sealed class ChanWebSocketLine(WebSocket socket, bool json, int frameLength, int ahead, Func<SessionEvent.ActionRequested, Task>? tell = null) : ICarrierLine
{
    // A second of audio: a socket that takes none for as long is no line.
    private const int MostFrames = 50;

    // Asterisk closes upon HANGUP; the reading side waits for it, or for its patience to end.
    private readonly SendQueue queue = new(socket, WebSocketMessageType.Binary, frameLength * sizeof(short), MostFrames, closes: false);
    private volatile bool full;

    public int Ahead { get; } = ahead;

    public bool NeedsSilence => false;

    /// <summary>Done when nothing more will be sent.</summary>
    public Task Completion => queue.Completion;

    /// <summary>Asterisk's queue is full, or no longer.</summary>
    public void Stop(bool isFull) => full = isFull;

    public bool TrySend(ReadOnlySpan<short> frame)
    {
        if (full || !queue.TryRent(out var bytes))
        {
            return false;
        }

        // Samples are little-endian, as they are in memory wherever .NET runs.
        MemoryMarshal.AsBytes(frame).CopyTo(bytes);
        queue.Send(bytes);
        return true;
    }

    public bool TryFlush()
    {
        queue.Flush(ChanWire.Command(json, "FLUSH_MEDIA"));
        return true;
    }

    public bool TryMark(int generation, long position)
    {
        queue.Say(ChanWire.Command(json, "MARK_MEDIA", ChanWire.MarkName(generation, position)));
        return true;
    }

    public bool TryAct(SessionEvent.ActionRequested action) => Ari.AsteriskPlan.TryTell(tell, action, HangUp);

    public void HangUp()
    {
        queue.Say(ChanWire.Command(json, "HANGUP"));
        queue.End();
    }
}
