using System.Net.WebSockets;
using System.Threading.Channels;
using Conversation.Audio;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>
/// The sending side of one AudioHook connection: messages and audio in bounded queues, one task that sends from them. Audio goes in messages of
/// 200 ms, as Genesys counts messages; it plays them by its own clock and drops them at a barge-in.
/// </summary>
internal sealed class AudioHookLine : ICarrierLine
{
    /// <summary>Why a call ended that the dialog did not end.</summary>
    internal const string Failed = "error";

    // Reasons of a session that ends for the host's sake; docs/specs/session-protocol.md.
    private static readonly string[] Failures = ["internal", "overloaded", "server_stopping", "session_lost", "taken_over"];

    private const int FrameBytes = 160;
    private const int PacketFrames = 10;
    // Genesys takes five a second, and 25 at once.
    private const double PacketsPerTick = 0.1;
    private const double MostAtOnce = 25;
    // A socket that takes none for as long is no line: two seconds of audio, and more messages than a call has.
    private const int MostPackets = 10;
    private const int MostTexts = 64;
    // Ticks: what is collected goes where nothing more comes, as at a reply's end.
    private const int PartialAfter = 2;
    // Ticks: so long playing may take to begin; and so long what was sent last may have been on its way when playing ended.
    private const int StartWithin = 25;
    private const int OnItsWay = 15;

    private readonly WebSocket socket;
    private readonly string id;
    private readonly TimeProvider time;
    private readonly Action parted;
    private readonly Lock gate = new();
    private readonly Queue<byte[]> texts = new();
    private readonly Queue<byte[]> packets = new();
    // One slot: a wake-up already pending is as good as two.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly byte[] collected = new byte[FrameBytes * PacketFrames];
    private int frames;
    private int idle;
    private double allowance = MostAtOnce;
    private long heldUntil = long.MinValue;
    private int sinceSent = int.MaxValue / 2;
    private bool sounding;
    private bool? tellsPlaying;
    private int starting;
    private long seq;
    private long clientSeq;
    private State state;

    public AudioHookLine(WebSocket socket, string id, TimeSpan ahead, TimeProvider time, Action parted)
    {
        this.socket = socket;
        this.id = id;
        this.time = time;
        this.parted = parted;
        Ahead = (int)(ahead / CarrierPacer.Tick);
        Completion = Task.Run(SendAll);
    }

    private enum State
    {
        /// <summary>Nothing but messages goes: the client has not been told "opened".</summary>
        New,
        Open,

        /// <summary>The client was asked to close.</summary>
        Parting,

        /// <summary>The client was told "closed".</summary>
        Closed,
    }

    public int Ahead { get; }

    public bool NeedsSilence => false;

    public bool IsPlaying => Volatile.Read(ref starting) == 0;

    public bool IsHeld => Volatile.Read(ref heldUntil) > time.GetTimestamp();

    /// <summary>Done when nothing more will be sent.</summary>
    public Task Completion { get; }

    /// <summary>Whether the client was asked to close, or told "closed".</summary>
    public bool IsParting => state >= State.Parting;

    /// <summary>Takes note of a message's numbers; what is wrong with them, or null.</summary>
    public string? Number(HookMessage message)
    {
        lock (gate)
        {
            if (message.Seq != clientSeq + 1)
            {
                return $"seq is {message.Seq} where {clientSeq + 1} was due";
            }

            clientSeq = message.Seq;
            return message.ServerSeq > seq ? $"serverseq is {message.ServerSeq} where {seq} was sent last"
                : string.Equals(message.Id, id, StringComparison.OrdinalIgnoreCase) ? null : "id is not the session's";
        }
    }

    /// <summary>The session stands: from now on audio goes.</summary>
    public void Opened(HookMedia? media, IReadOnlyList<string>? languages) => Say(head => HookReply.Opened(head, media, languages), from: State.New, to: State.Open);

    /// <summary>"pong" or "updated".</summary>
    public void Answer(string type) => Say(head => HookReply.Plain(head, type), from: state, to: state);

    /// <summary>Asks the client to close.</summary>
    public void Part(string reason, string info, IReadOnlyDictionary<string, string>? variables = null)
    {
        if (Say(head => HookReply.Disconnect(head, reason, info, variables ?? new Dictionary<string, string>()), from: State.Open, to: State.Parting))
        {
            parted();
        }
    }

    /// <summary>The client closes.</summary>
    public void Closed()
    {
        Say(head => HookReply.Plain(head, "closed"), from: State.Parting, to: State.Closed);
        wake.Writer.TryComplete();
    }

    /// <summary>Genesys takes no audio for so long.</summary>
    public void Hold(TimeSpan wait)
    {
        lock (gate)
        {
            heldUntil = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
            allowance = 0;
        }
    }

    /// <summary>The client says that playing has begun, or that all it had has been played. True where that was all there was.</summary>
    public bool Playback(bool begun)
    {
        lock (gate)
        {
            tellsPlaying = true;
            starting = 0;
            var ended = sounding && !begun && frames == 0 && packets.Count == 0 && sinceSent > OnItsWay;
            sounding = begun;
            return ended;
        }
    }

    public bool TrySend(ReadOnlySpan<short> frame)
    {
        lock (gate)
        {
            if (state != State.Open || frames == PacketFrames || IsHeld)
            {
                return false;
            }

            G711.EncodeMuLaw(frame, collected.AsSpan(frames * FrameBytes, FrameBytes));
            frames++;
            idle = 0;
            if (frames == PacketFrames)
            {
                Pack();
            }
        }

        return true;
    }

    public void Tick()
    {
        lock (gate)
        {
            allowance = Math.Min(MostAtOnce, allowance + PacketsPerTick);
            sinceSent++;
            if (starting > 0 && --starting == 0)
            {
                // Nothing was said of playing: this client never does, or it was not heard to.
                tellsPlaying ??= false;
                sounding = true;
            }

            if (frames == PacketFrames || (frames > 0 && ++idle > PartialAfter))
            {
                Pack();
            }

            if (packets.Count > 0)
            {
                // Left over from when the line was held.
                wake.Writer.TryWrite(true);
            }
        }
    }

    public bool TryFlush()
    {
        lock (gate)
        {
            packets.Clear();
            frames = 0;
            starting = 0;
            sounding = false;
        }

        Say(HookReply.BargeIn, from: State.Open, to: State.Open);
        return true;
    }

    // Genesys tells no more than that playing has begun and ended.
    public bool TryMark(int generation, long position) => false;

    public bool TryAct(SessionEvent.ActionRequested action)
    {
        var variables = new Dictionary<string, string>(action.Values ?? new Dictionary<string, string>())
        {
            ["action"] = action.Name,
            ["target"] = action.Target,
        };
        Part("completed", "", variables);
        return true;
    }

    public void Close(string reason)
    {
        if (reason != CarrierCall.HungUp)
        {
            // What the dialog or the caller's silence ended is for the flow to go on from; what failed here takes Architect's other path.
            Part(Failures.Contains(reason) ? Failed : "completed", reason, new Dictionary<string, string> { ["action"] = "end", ["target"] = reason });
        }
    }

    public void HangUp() => Part(Failed, "the call was ended");

    private void Pack()
    {
        if (allowance < 1 || packets.Count >= MostPackets || IsHeld)
        {
            return;
        }

        allowance--;
        packets.Enqueue(collected[..(frames * FrameBytes)]);
        wake.Writer.TryWrite(true);
        frames = 0;
        sinceSent = 0;
        if (!sounding && tellsPlaying != false && starting == 0)
        {
            starting = StartWithin;
        }
    }

    private bool Say(Func<HookHead, byte[]> write, State from, State to)
    {
        var flooded = false;
        lock (gate)
        {
            if (state == State.Closed || state > from)
            {
                return false;
            }

            state = to;
            texts.Enqueue(write(new HookHead(id, ++seq, clientSeq)));
            flooded = texts.Count > MostTexts;
        }

        if (flooded)
        {
            // It asks and does not listen.
            socket.Abort();
        }

        wake.Writer.TryWrite(true);
        return true;
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
            byte[]? bytes;
            WebSocketMessageType type;
            lock (gate)
            {
                // Messages first: a barge-in has left nothing of what went before it.
                if (texts.TryDequeue(out bytes))
                {
                    type = WebSocketMessageType.Text;
                }
                else if (state == State.Open && !IsHeld && packets.TryDequeue(out bytes))
                {
                    type = WebSocketMessageType.Binary;
                }
                else
                {
                    return;
                }
            }

            await socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
