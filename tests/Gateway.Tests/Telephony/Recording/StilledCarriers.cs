using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Conversation.Audio;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Ari;
using Conversation.Gateway.Telephony.AudioHook;
using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Telephony.ChanWebSocket;
using Conversation.Gateway.Telephony.Twilio;
using Conversation.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.Recording;

/// <summary>A carrier's side of one call by a clock that the test moves: it sends a frame and plays a frame each 20 ms, and never by itself.</summary>
internal abstract class StilledCarrier : IDisposable
{
    private readonly Queue<object> queue = new();

    public virtual int Rate => 8_000;

    public abstract string Name { get; }

    /// <summary>Ends when the gateway's side of the call has.</summary>
    public Task Running { get; protected set; } = Task.CompletedTask;

    /// <summary>How often it was told to drop what it holds.</summary>
    public int Flushes { get; private set; }

    /// <summary>Frames dropped unplayed.</summary>
    public int Dropped { get; private set; }

    /// <summary>Frames of 20 ms that wait to be played.</summary>
    protected int Waiting
    {
        get
        {
            lock (queue)
            {
                return queue.Count(item => item is short);
            }
        }
    }

    public static StilledCarrier Of(string name) => name switch
    {
        "audiosocket" => new StilledAudioSocket(),
        "chan_websocket" => new StilledChanWebSocket(),
        "twilio" => new StilledTwilio(),
        _ => new StilledAudioHook(),
    };

    /// <summary>The call begins, up to its session.</summary>
    public abstract void Begin(TestGateway gateway, CarrierHost host, CarrierRoute route);

    /// <summary>The caller's next 20 ms, all of one level.</summary>
    public abstract void Say(short level);

    /// <summary>A line loses this one.</summary>
    public virtual bool Loses(int frame) => false;

    /// <summary>20 ms are played: their level, or 0. <paramref name="speaking"/>: there must be something to play, and it is waited for.</summary>
    public abstract short Play(bool speaking);

    /// <summary>Whether it drops what it holds when told to.</summary>
    public virtual bool CanFlush => true;

    public abstract void End();

    public virtual void Dispose()
    {
    }

    protected void Put(object item)
    {
        lock (queue)
        {
            queue.Enqueue(item);
        }
    }

    /// <summary>Drops all; the marks among it.</summary>
    protected string[] Drop()
    {
        lock (queue)
        {
            string[] marks = [.. queue.OfType<string>()];
            Dropped += queue.Count(item => item is short);
            queue.Clear();
            Flushes++;
            return marks;
        }
    }

    /// <summary>The next frame, and the marks before it.</summary>
    protected (short Level, List<string> Marks) Next(bool speaking)
    {
        Until(() => !speaking || Waiting > 0);
        List<string> marks = [];
        lock (queue)
        {
            while (queue.TryDequeue(out var item))
            {
                if (item is short level)
                {
                    return (level, marks);
                }

                marks.Add((string)item);
            }
        }

        return (0, marks);
    }

    protected static void Until(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>Asterisk by TCP: one frame each way a tick, and no flush.</summary>
internal sealed class StilledAudioSocket : StilledCarrier
{
    private readonly AudioSocketPeer peer;
    private readonly Socket server;
    private FakeSession? session;

    public StilledAudioSocket()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        peer = AudioSocketPeer.Connect((IPEndPoint)listener.LocalEndpoint);
        server = listener.AcceptSocket();
    }

    public override string Name => "audiosocket";

    public override bool CanFlush => false;

    public override void Begin(TestGateway gateway, CarrierHost host, CarrierRoute route)
    {
        Running = new AudioSocketConnection(server, new AudioSocketOptions { Default = route }, host, gateway.Services.GetRequiredService<AriClient>()).RunAsync(default);
        peer.Id(Guid.NewGuid());
        peer.Audio(new short[160]);
        Until(() => !gateway.Sessions.All.IsEmpty);
        session = gateway.Sessions.Single;
        Until(() => session.Heard.Count == 160);
    }

    public override void Say(short level)
    {
        var heard = session!.Heard.Count;
        peer.Audio([.. Enumerable.Repeat(level, 160)]);
        Until(() => session.Heard.Count == heard + 160);
    }

    public override short Play(bool speaking) => peer.Receive()!.Value.Pcm[80];

    public override void End() => peer.Send(0x00, []);

    public override void Dispose() => peer.Dispose();
}

/// <summary>Asterisk by WebSocket: a queue with marks, at 16 kHz.</summary>
internal sealed class StilledChanWebSocket : StilledCarrier
{
    private readonly WireSocket socket;

    public StilledChanWebSocket() => socket = new WireSocket(Take);

    public override string Name => "chan_websocket";

    public override int Rate => 16_000;

    public override void Begin(TestGateway gateway, CarrierHost host, CarrierRoute route)
    {
        Running = new ChanWebSocketConnection(socket, new ChanWebSocketOptions(), new ChanWebSocketCall { Carrier = Name, Route = route }, host, NullLogger.Instance).RunAsync(default);
        socket.Deliver(Text("""{"event":"MEDIA_START","connection_id":"gw","channel":"WebSocket/gw-1","channel_id":"1.2","format":"slin16","optimal_frame_size":640,"channel_variables":{},"ptime":20}"""));
    }

    public override void Say(short level) => socket.Deliver(MemoryMarshal.AsBytes(Enumerable.Repeat(level, 320).ToArray().AsSpan()).ToArray(), WebSocketMessageType.Binary);

    public override short Play(bool speaking)
    {
        var (level, marks) = Next(speaking);
        foreach (var mark in marks)
        {
            socket.Deliver(Text($$"""{"event":"MEDIA_MARK_PROCESSED","channel_id":"1.2","correlation_id":"{{mark}}"}"""));
        }

        return level;
    }

    public override void End() => socket.End();

    private void Take(byte[] bytes, WebSocketMessageType type)
    {
        if (type == WebSocketMessageType.Binary)
        {
            Assert.Equal(640, bytes.Length);
            Put(MemoryMarshal.Cast<byte, short>(bytes)[160]);
            return;
        }

        var message = JsonNode.Parse(bytes)!;
        switch ((string?)message["command"])
        {
            case "FLUSH_MEDIA":
                Drop();
                break;
            case "MARK_MEDIA":
                Put((string)message["correlation_id"]!);
                break;
        }
    }
}

/// <summary>Twilio: mu-law, a buffer with marks; messages of the caller come in the wrong order at times, and some not at all.</summary>
internal sealed class StilledTwilio : StilledCarrier
{
    private readonly WireSocket socket;
    private int said;
    private byte[]? late;

    public StilledTwilio() => socket = new WireSocket(Take);

    public override string Name => "twilio";

    public override bool Loses(int frame) => frame % 23 == 22;

    public override void Begin(TestGateway gateway, CarrierHost host, CarrierRoute route)
    {
        // Nothing ends before the whole call does.
        var connection = new TwilioConnection(socket, checkedIn: true, gateway.Services.GetRequiredService<TwilioCalls>(), host, NullLogger.Instance);
        Running = connection.RunAsync(default).ContinueWith(_ => connection.Dispose(), TaskScheduler.Default);
        socket.Deliver(Text("""{"event":"connected","protocol":"Call","version":"1.0.0"}"""));
        socket.Deliver(Text("""{"event":"start","sequenceNumber":"1","streamSid":"MZ1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{}}}"""));
    }

    public override void Say(short level)
    {
        var frame = said++;
        var payload = Convert.ToBase64String([.. Enumerable.Repeat(G711.EncodeMuLaw(level), 160)]);
        var message = Text(string.Create(CultureInfo.InvariantCulture, $$$"""{"event":"media","sequenceNumber":"{{{frame + 2}}}","streamSid":"MZ1","media":{"track":"inbound","chunk":"{{{frame + 1}}}","timestamp":"{{{frame * 20}}}","payload":"{{{payload}}}"}}"""));
        if (Loses(frame))
        {
            return;
        }

        if (frame % 10 == 4)
        {
            late = message;
            return;
        }

        socket.Deliver(message);
        if (late is not null)
        {
            socket.Deliver(late);
            late = null;
        }
    }

    public override short Play(bool speaking)
    {
        var (level, marks) = Next(speaking);
        Return(marks);
        return level;
    }

    public override void End() => socket.End();

    private void Return(IEnumerable<string> marks)
    {
        foreach (var mark in marks)
        {
            socket.Deliver(Text($$$"""{"event":"mark","sequenceNumber":"4","streamSid":"MZ1","mark":{"name":"{{{mark}}}"}}"""));
        }
    }

    private void Take(byte[] bytes, WebSocketMessageType type)
    {
        var message = JsonNode.Parse(bytes)!;
        switch ((string?)message["event"])
        {
            case "media":
                Put(G711.DecodeMuLaw(Convert.FromBase64String((string)message["media"]!["payload"]!)[80]));
                break;
            case "mark":
                Put((string)message["mark"]!["name"]!);
                break;
            case "clear":
                Drop();
                break;
        }
    }
}

/// <summary>Genesys: mu-law in messages of 200 ms, tells when playing begins, which takes it a while, and when it ends.</summary>
internal sealed class StilledAudioHook : StilledCarrier
{
    private const string Session = "30b0e395-84d3-4570-ac13-9a62d8f514c0";
    private const string Organization = "d7934305-0972-4844-938e-9060eef73d05";
    private const int BeginsAfter = 6;
    private readonly WireSocket socket;
    private int seq;
    private int waited;
    private bool playing;

    public StilledAudioHook() => socket = new WireSocket(Take);

    public override string Name => "audiohook";

    public override void Begin(TestGateway gateway, CarrierHost host, CarrierRoute route)
    {
        Running = new AudioHookConnection(socket, new AudioHookVisit(Session, Organization, "", route), new AudioHookOptions(), host, NullLogger.Instance).RunAsync(default);
        Tell("open", $$"""{"organizationId":"{{Organization}}","conversationId":"{{Session}}","media":[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}]}""");
    }

    public override void Say(short level) => socket.Deliver([.. Enumerable.Repeat(G711.EncodeMuLaw(level), 160)], WebSocketMessageType.Binary);

    public override short Play(bool speaking)
    {
        Until(() => !speaking || Waiting > 0);
        if (!playing && (Waiting == 0 || ++waited < BeginsAfter))
        {
            return 0;
        }

        if (!playing)
        {
            (playing, waited) = (true, 0);
            Tell("playback_started", "{}");
        }

        var level = Next(speaking: false).Level;
        if (Waiting == 0 && !speaking)
        {
            playing = false;
            Tell("playback_completed", "{}");
        }

        return level;
    }

    public override void End()
    {
        Tell("close", """{"reason":"end"}""");
        socket.End();
    }

    private void Tell(string type, string parameters) => socket.Deliver(Text(string.Create(CultureInfo.InvariantCulture,
        $$"""{"version":"2","type":"{{type}}","id":"{{Session}}","seq":{{++seq}},"serverseq":0,"position":"PT0S","parameters":{{parameters}}}""")));

    private void Take(byte[] bytes, WebSocketMessageType type)
    {
        if (type == WebSocketMessageType.Text)
        {
            if ((string?)JsonNode.Parse(bytes)!["type"] == "event")
            {
                Drop();
                playing = false;
            }

            return;
        }

        Assert.Equal(0, bytes.Length % 160);
        for (var at = 80; at < bytes.Length; at += 160)
        {
            Put(G711.DecodeMuLaw(bytes[at]));
        }
    }
}
