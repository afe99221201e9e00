using Conversation.Gateway.Telephony.Ari;
using Conversation.Gateway.Telephony.AudioHook;
using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Telephony.ChanWebSocket;
using Conversation.Gateway.Telephony.Outbound;
using Conversation.Gateway.Telephony.Twilio;

namespace Conversation.Gateway;

/// <summary>The gateway's limits and places; configuration section <c>Gateway</c>. Checked at start, every fault told at once.</summary>
public sealed record GatewayOptions
{
    /// <summary>Browser origins besides the gateway's own that may use it, as <c>https://host[:port]</c>; <c>*</c> for all. Default none.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Folder of the built page. Default: <c>page</c> beside the program, else <c>web/dist/page</c> of the repository it is run from.</summary>
    public string? PagePath { get; init; }

    /// <summary>Connections at once; further ones are refused with <c>busy</c>. Default 1,000, from 1 to 100,000.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Bytes in one message from a client. Default 16,384, enough for 100 ms at 48 kHz in base64; from 4,096 to 1,048,576.</summary>
    public int MaxMessageBytes { get; init; } = 16_384;

    /// <summary>Characters in one typed turn. Default 2,000, from 1 to 100,000.</summary>
    public int MaxTextLength { get; init; } = 2_000;

    /// <summary>How much longer than real time a client may send audio for. Default 2 (twice real time), from 1 to 100.</summary>
    public double AudioRateFactor { get; init; } = 2;

    /// <summary>How much audio may come at once, as after a reconnection. Default 3 s, from 0.2 to 60 s.</summary>
    public TimeSpan AudioBurst { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Messages other than audio a second. Default 50, from 1 to 10,000; four seconds' worth may come at once.</summary>
    public int ControlPerSecond { get; init; } = 50;

    /// <summary>Faulty messages on one connection before it is closed. Default 20, from 1 to 10,000.</summary>
    public int MaxFaults { get; init; } = 20;

    /// <summary>Messages that may be missing in a row before the sequence counts as broken. Default 100, from 1 to 10,000.</summary>
    public int MaxSequenceGap { get; init; } = 100;

    /// <summary>Audio that may wait for a client to take it. Default 2 s, from 0.1 to 60 s.</summary>
    public TimeSpan QueueAudio { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Events that may wait for a client to take them; more and it is closed as too slow. Default 1,024, from 16 to 100,000.</summary>
    public int QueueEvents { get; init; } = 1_024;

    /// <summary>How long what is sent may wait before the client is closed as too slow. Default 5 s, from 0.5 to 300 s.</summary>
    public TimeSpan SlowClientTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence (not even a ping) after which a client counts as gone. Default 15 s, from 1 to 600 s.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the server pings. Default 5 s; at most half of <see cref="ClientTimeout"/>.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may take to shake hands and call Open. Default 15 s, from 1 to 600 s.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long stopping waits for the clients to be told. Default 2 s, from 0 to 60 s.</summary>
    public TimeSpan StopNotice { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Requests to <c>/api/speak</c> served at once. Default 2, from 1 to 1,000.</summary>
    public int SpeakConcurrency { get; init; } = 2;

    /// <summary>Requests to <c>/api/speak</c> that may wait; further ones are answered 429. Default 16, from 0 to 10,000.</summary>
    public int SpeakQueue { get; init; } = 16;

    /// <summary>Characters <c>/api/speak</c> takes. Default 2,000, from 1 to 100,000.</summary>
    public int SpeakMaxTextLength { get; init; } = 2_000;

    /// <summary>How long one request to <c>/api/speak</c> may take. Default 2 min, from 1 s to 1 h.</summary>
    public TimeSpan SpeakTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Calls by Asterisk's AudioSocket. Default none are taken.</summary>
    public AudioSocketOptions AudioSocket { get; init; } = new();

    /// <summary>Calls by Asterisk's chan_websocket. Default none are taken.</summary>
    public ChanWebSocketOptions ChanWebSocket { get; init; } = new();

    /// <summary>Asterisk's REST interface. Default none is used.</summary>
    public AriOptions Ari { get; init; } = new();

    /// <summary>Calls by Genesys Cloud's Audio Connector. Default none are taken.</summary>
    public AudioHookOptions AudioHook { get; init; } = new();

    /// <summary>Calls by Twilio's or Telnyx's media streams. Default none are taken.</summary>
    public TwilioOptions Twilio { get; init; } = new();

    /// <summary>Calls made from here. Default none.</summary>
    public OutboundOptions Outbound { get; init; } = new();

    /// <summary>Recordings of calls. Default none.</summary>
    public Telephony.Recording.RecordingOptions Recording { get; init; } = new();

    /// <summary>The Realtime dialect at <c>/v1/realtime</c>.</summary>
    public RealtimeOptions Realtime { get; init; } = new();
}
