using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>
/// Twilio's side of a call, from its documents alone: it asks the webhook what to do, connects the stream that it is told to, keeps a buffer of what it is sent, plays it by a
/// clock of its own, returns marks as they are reached or cleared, and goes on behind the stream when the server closes it. Speaks Telnyx's dialect where asked to.
/// </summary>
internal sealed class TwilioPeer : IAsyncDisposable
{
    public const string Account = "AC00000000000000000000000000000001";
    public const string Secret = "twilio-auth-token-of-tests";
    public const string Public = "https://talk.example.com";
    private static int calls;

    private readonly ClientWebSocket socket = new();
    private readonly Queue<object> buffer = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly CancellationTokenSource over = new();
    private readonly bool telnyx;
    private long sequence;
    private long chunk;
    private Task[] work = [];

    private TwilioPeer(bool telnyx) => this.telnyx = telnyx;

    public string Call { get; private init; } = "";

    public string StreamSid { get; } = $"MZ{Guid.NewGuid():N}";

    /// <summary>The TwiML that the webhook answered with.</summary>
    public XElement? Twiml { get; private set; }

    /// <summary>The parameters of the stream, as the TwiML gave them.</summary>
    public Dictionary<string, string> Parameters { get; private set; } = [];

    /// <summary>What came, in order: "media", "mark NAME", "clear".</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>The first byte of each 20 ms as it was played; -1 for silence.</summary>
    public ConcurrentQueue<int> Played { get; } = new();

    /// <summary>Marks that were returned because what was before them had been played, and those that a clear returned.</summary>
    public ConcurrentQueue<string> Reached { get; } = new();

    public ConcurrentQueue<string> Dropped { get; } = new();

    /// <summary>Stops the clock of playing, as a carrier whose line stands still.</summary>
    public bool Held { get; set; }

    /// <summary>Milliseconds that wait in the buffer.</summary>
    public int Buffered
    {
        get
        {
            lock (buffer)
            {
                return buffer.OfType<byte[]>().Sum(piece => piece.Length) / 8;
            }
        }
    }

    public bool Closed => work.Length > 0 && work[0].IsCompleted;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Base64 of HMAC-SHA1, by the auth token, of the URL with the form's names and values after it, sorted by name.</summary>
    public static string Sign(string url, IEnumerable<KeyValuePair<string, string>> form, string secret = Secret)
    {
#pragma warning disable CA5350
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(url + string.Concat(form.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value)))));
#pragma warning restore CA5350
    }

    public static string NewCall() => $"CA{Interlocked.Increment(ref calls):D32}";

    /// <summary>The webhook's request for a call, signed.</summary>
    public static HttpRequestMessage Ask(string call, string query = "", string from = "+15551230001", string to = "+15559990000", string? signature = null, params (string Name, string Value)[] also)
    {
        var form = new Dictionary<string, string> { ["CallSid"] = call, ["AccountSid"] = Account, ["From"] = from, ["To"] = to, ["CallStatus"] = "ringing", ["Direction"] = "inbound", ["ApiVersion"] = "2010-04-01", ["CallerName"] = "José & Söhne" };
        foreach (var (name, value) in also)
        {
            form[name] = value;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/twilio/voice" + query) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("X-Twilio-Signature", signature ?? Sign($"{Public}/v1/twilio/voice{query}", form));
        return request;
    }

    /// <summary>A call from its beginning: the webhook, the stream, "connected" and "start".</summary>
    public static async Task<TwilioPeer> Dial(HttpClient http, string query = "", string from = "+15551230001", string? call = null, string encoding = "audio/x-mulaw")
    {
        call ??= NewCall();
        using var request = Ask(call, query, from);
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"the webhook answered {answer.StatusCode}");
        var twiml = XElement.Parse(await answer.Content.ReadAsStringAsync());
        var stream = twiml.Element("Connect")!.Element("Stream")!;
        var parameters = stream.Elements("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!);
        Assert.All(parameters, one => Assert.InRange(one.Key.Length + one.Value.Length, 2, 500));
        Assert.Equal($"wss://talk.example.com/v1/twilio", (string?)stream.Attribute("url"));
        var peer = await Connect(http.BaseAddress!, call);
        (peer.Twiml, peer.Parameters) = (twiml, parameters);
        await peer.Start(parameters, encoding);
        return peer;
    }

    /// <summary>A stream alone, up to "connected".</summary>
    public static async Task<TwilioPeer> Connect(Uri server, string call, string? signature = null, bool telnyx = false, string path = "/v1/twilio", params (string Name, string Value)[] headers)
    {
        var peer = new TwilioPeer(telnyx) { Call = call };
        if (!telnyx && signature != "")
        {
            peer.socket.Options.SetRequestHeader("X-Twilio-Signature", signature ?? Sign("wss://talk.example.com" + path, []));
        }

        foreach (var (name, value) in headers)
        {
            peer.socket.Options.SetRequestHeader(name, value);
        }

        peer.socket.Options.KeepAliveInterval = TimeSpan.Zero;
        peer.socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await peer.socket.ConnectAsync(new Uri($"ws://{server.Authority}{path}"), default);
        }
        catch (WebSocketException)
        {
            throw new UpgradeRefused((int)peer.socket.HttpStatusCode);
        }

        peer.work = [peer.Listen(), Task.Run(peer.Play)];
        await peer.Text(telnyx ? """{"event":"connected","version":"1.0.0"}""" : """{"event":"connected","protocol":"Call","version":"1.0.0"}""");
        return peer;
    }

    public Task Start(Dictionary<string, string> parameters, string encoding = "audio/x-mulaw", string account = Account)
    {
        var custom = new JsonObject([.. parameters.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))]);
        return Text((telnyx
            ? new JsonObject
            {
                ["event"] = "start", ["sequence_number"] = Next(), ["stream_id"] = StreamSid,
                ["start"] = new JsonObject { ["user_id"] = "u", ["call_control_id"] = Call, ["from"] = "+15551230001", ["to"] = "+15559990000", ["custom_parameters"] = custom, ["media_format"] = new JsonObject { ["encoding"] = encoding, ["sample_rate"] = 8000, ["channels"] = 1 } },
            }
            : new JsonObject
            {
                ["event"] = "start", ["sequenceNumber"] = Next(), ["streamSid"] = StreamSid,
                ["start"] = new JsonObject { ["accountSid"] = account, ["streamSid"] = StreamSid, ["callSid"] = Call, ["tracks"] = new JsonArray("inbound"), ["mediaFormat"] = new JsonObject { ["encoding"] = encoding, ["sampleRate"] = 8000, ["channels"] = 1 }, ["customParameters"] = custom },
            }).ToJsonString());
    }

    /// <summary>Audio from the caller, as the next chunk, or as any.</summary>
    public Task Media(byte[] audio, long? number = null, long? timestamp = null, string track = "inbound")
    {
        var of = number ?? ++chunk;
        return Text(telnyx
            ? $$$"""{"event":"media","sequence_number":"{{{Next()}}}","stream_id":"{{{StreamSid}}}","media":{"track":"{{{track}}}","chunk":"{{{of}}}","timestamp":"{{{timestamp ?? of * 20}}}","payload":"{{{Convert.ToBase64String(audio)}}}"}}"""
            : $$$"""{"event":"media","sequenceNumber":"{{{Next()}}}","streamSid":"{{{StreamSid}}}","media":{"track":"{{{track}}}","chunk":"{{{of}}}","timestamp":"{{{timestamp ?? of * 20}}}","payload":"{{{Convert.ToBase64String(audio)}}}"}}""");
    }

    public Task Digit(char digit) => Text(telnyx
        ? $$$"""{"event":"dtmf","stream_id":"{{{StreamSid}}}","occurred_at":"2026-01-01T00:00:00Z","sequence_number":"{{{Next()}}}","dtmf":{"digit":"{{{digit}}}"}}"""
        : $$$"""{"event":"dtmf","streamSid":"{{{StreamSid}}}","sequenceNumber":"{{{Next()}}}","dtmf":{"track":"inbound_track","digit":"{{{digit}}}"}}""");

    public Task Stop() => Text(telnyx
        ? $$$"""{"event":"stop","sequence_number":"{{{Next()}}}","stream_id":"{{{StreamSid}}}","stop":{"call_control_id":"{{{Call}}}"}}"""
        : $$$"""{"event":"stop","sequenceNumber":"{{{Next()}}}","streamSid":"{{{StreamSid}}}","stop":{"accountSid":"{{{Account}}}","callSid":"{{{Call}}}"}}""");

    public Task Text(string text) => Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task Binary(byte[] bytes) => Send(bytes, WebSocketMessageType.Binary);

    /// <summary>Ends the call as Twilio does: stop, then it closes.</summary>
    public async Task HangUp()
    {
        await Stop();
        await Close();
    }

    public async Task Close()
    {
        await sending.WaitAsync();
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        catch (Exception gone) when (IsGone(gone))
        {
        }
        finally
        {
            sending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        socket.Abort();
        await Task.WhenAll(work);
        socket.Dispose();
        over.Dispose();
        sending.Dispose();
    }

    // The server may have ended the stream at the same time: how that shows depends on who was first.
    private static bool IsGone(Exception fault) => fault is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException;

    private string Next() => Interlocked.Increment(ref sequence).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task Send(byte[] bytes, WebSocketMessageType type)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(bytes, type, true, default);
        }
        catch (Exception gone) when (IsGone(gone))
        {
        }
        finally
        {
            sending.Release();
        }
    }

    private Task Return(string mark) => Text(telnyx
        ? $$$"""{"event":"mark","sequence_number":"{{{Next()}}}","stream_id":"{{{StreamSid}}}","mark":{"name":"{{{mark}}}"}}"""
        : $$$"""{"event":"mark","sequenceNumber":"{{{Next()}}}","streamSid":"{{{StreamSid}}}","mark":{"name":"{{{mark}}}"}}""");

    private async Task Listen()
    {
        var bytes = new byte[65_536];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(bytes, over.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await Close();
                    return;
                }

                Assert.True(received.EndOfMessage);
                Assert.Equal(WebSocketMessageType.Text, received.MessageType);
                await Obey(JsonNode.Parse(bytes.AsSpan(0, received.Count))!.AsObject());
            }
        }
        catch (Exception gone) when (IsGone(gone))
        {
        }
    }

    private async Task Obey(JsonObject message)
    {
        // What is wrong ends a stream with error 31924.
        Assert.Equal(StreamSid, (string?)message[telnyx ? "stream_id" : "streamSid"]);
        List<string> cleared = [];
        lock (buffer)
        {
            switch ((string?)message["event"])
            {
                case "media":
                    Received.Enqueue("media");
                    buffer.Enqueue(Convert.FromBase64String((string)message["media"]!["payload"]!));
                    break;
                case "mark":
                    Received.Enqueue($"mark {message["mark"]!["name"]}");
                    buffer.Enqueue((string)message["mark"]!["name"]!);
                    break;
                case "clear":
                    Received.Enqueue("clear");
                    cleared = [.. buffer.OfType<string>()];
                    buffer.Clear();
                    break;
                default:
                    Assert.Fail($"the server sent {message.ToJsonString()}");
                    break;
            }
        }

        foreach (var mark in cleared)
        {
            Dropped.Enqueue(mark);
            await Return(mark);
        }
    }

    private async Task Play()
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await clock.WaitForNextTickAsync(over.Token))
            {
                List<string> marks = [];
                var first = -1;
                lock (buffer)
                {
                    while (!Held && buffer.TryPeek(out var item))
                    {
                        if (item is byte[] frame)
                        {
                            if (first >= 0)
                            {
                                break;
                            }

                            Assert.Equal(160, frame.Length);
                            first = frame[0];
                            buffer.Dequeue();
                            continue;
                        }

                        // It is reached once what stands before it has been played: in the next turn, where that begins now.
                        if (first >= 0)
                        {
                            break;
                        }

                        marks.Add((string)buffer.Dequeue());
                    }
                }

                Played.Enqueue(first);
                foreach (var mark in marks)
                {
                    Reached.Enqueue(mark);
                    await Return(mark);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

/// <summary>The server answered a WebSocket's request with something else than 101.</summary>
internal sealed class UpgradeRefused(int status) : Exception($"The upgrade was refused with {status}.")
{
    public int Status => status;
}
