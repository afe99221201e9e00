using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

/// <summary>
/// Genesys' side of AudioHook, from docs/specs/audiohook.md alone: signs the request, numbers its messages, checks ours, and plays what it is sent at
/// 8,000 samples a second, telling when playing begins and ends.
/// </summary>
internal sealed class AudioHookPeer : IAsyncDisposable
{
    public const string Key = "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh";
    public const string Secret = "TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=";
    public const string Nil = "00000000-0000-0000-0000-000000000000";

    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly CancellationTokenSource over = new();
    private readonly Queue<byte> queue = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private Task[] work = [];
    private int seq;
    private int serverSeq;
    private bool playing;

    /// <summary>Of the request and of "open".</summary>
    public string Organization { get; init; } = "d7934305-0972-4844-938e-9060eef73d05";

    public string Session { get; } = Guid.NewGuid().ToString();

    /// <summary>Whether it tells when playing begins and ends.</summary>
    public bool TellsPlaying { get; init; } = true;

    /// <summary>Messages that came, in order.</summary>
    public ConcurrentQueue<JsonNode> Messages { get; } = new();

    /// <summary>Sizes of the audio messages that came, with when (ms).</summary>
    public ConcurrentQueue<(int Bytes, long At)> Packets { get; } = new();

    /// <summary>The bytes as they were played; nothing stands for silence.</summary>
    public ConcurrentQueue<byte> Played { get; } = new();

    /// <summary>What was wrong with what came.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Samples sent or left out so far.</summary>
    public long Position { get; set; }

    public bool Ended => work.Length > 0 && work[0].IsCompleted;

    public IEnumerable<string> Types => Messages.Select(message => (string)message["type"]!);

    /// <summary>Connects with a good signature, or one that <paramref name="change"/> has done something to.</summary>
    public async Task Connect(Uri server, string path = "/v1/audiohook", Action<Dictionary<string, string>>? change = null)
    {
        foreach (var (name, value) in Sign(server.Authority, path, change))
        {
            socket.Options.SetRequestHeader(name, value);
        }

        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{server.Authority}{path}"), default);
        }
        catch (WebSocketException)
        {
            throw new HttpRequestException("refused", null, socket.HttpStatusCode);
        }

        work = [Listen(), Task.Run(Play)];
    }

    /// <summary>The headers of a request, signed as the document says.</summary>
    public Dictionary<string, string> Sign(string authority, string path, Action<Dictionary<string, string>>? change = null, long? created = null, string? nonce = null, string secret = Secret)
    {
        created ??= DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        nonce ??= Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        var headers = new Dictionary<string, string>
        {
            ["Audiohook-Organization-Id"] = Organization,
            ["Audiohook-Session-Id"] = Session,
            ["Audiohook-Correlation-Id"] = Guid.NewGuid().ToString(),
            ["X-API-KEY"] = Key,
        };
        var input = "(\"@request-target\" \"@authority\" \"audiohook-organization-id\" \"audiohook-session-id\" \"audiohook-correlation-id\" \"x-api-key\")"
            + string.Create(CultureInfo.InvariantCulture, $";keyid=\"{Key}\";nonce=\"{nonce}\";alg=\"hmac-sha256\";created={created};expires={created + 30}");
        var signed = $"\"@request-target\": {path}\n\"@authority\": {authority}\n\"audiohook-organization-id\": {headers["Audiohook-Organization-Id"]}\n"
            + $"\"audiohook-session-id\": {headers["Audiohook-Session-Id"]}\n\"audiohook-correlation-id\": {headers["Audiohook-Correlation-Id"]}\n\"x-api-key\": {Key}\n\"@signature-params\": {input}";
        headers["Signature-Input"] = "sig1=" + input;
        headers["Signature"] = $"sig1=:{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret), Encoding.UTF8.GetBytes(signed)))}:";
        change?.Invoke(headers);
        return headers;
    }

    /// <summary>Sends "open" and waits for its answer.</summary>
    public async Task<JsonNode> Open(string media = """[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}]""", string more = "", bool probe = false)
    {
        var someone = probe ? Nil : Guid.NewGuid().ToString();
        await Say("open", $$"""
            {"organizationId":"{{Organization}}","conversationId":"{{someone}}","media":{{media}},
            "participant":{"id":"{{someone}}","ani":"{{(probe ? "" : "+15550100")}}","aniName":"{{(probe ? "" : "Ada")}}","dnis":"{{(probe ? "" : "+15550199")}}"}{{more}}}
            """);
        return await Next(_ => true);
    }

    /// <summary>Sends a message with the next number.</summary>
    public Task Say(string type, string parameters = "{}", int? number = null, int? server = null, string? id = null) => Send(() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $$"""{"version":"2","type":"{{type}}","id":"{{id ?? Session}}","seq":{{number ?? ++seq}},"serverseq":{{server ?? serverSeq}},"position":"PT{{Position / 8_000m}}S","parameters":{{parameters}}}""")), WebSocketMessageType.Text);

    public Task Text(string text) => Send(() => Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task Audio(byte[] bytes, int channels = 1)
    {
        Position += bytes.Length / channels;
        return Send(() => bytes, WebSocketMessageType.Binary);
    }

    /// <summary>The first message of a type, now or to come.</summary>
    public Task<JsonNode> Next(string type) => Next(message => (string)message["type"]! == type);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        socket.Abort();
        await Task.WhenAll(work);
        socket.Dispose();
        over.Dispose();
        sending.Dispose();
    }

    private async Task<JsonNode> Next(Func<JsonNode, bool> fits)
    {
        for (var n = 0; n < 3_000; n++)
        {
            if (Messages.FirstOrDefault(fits) is { } message)
            {
                return message;
            }

            await Task.Delay(10);
        }

        throw new Xunit.Sdk.XunitException("the message did not come; there are: " + string.Join(", ", Types));
    }

    private async Task Send(Func<byte[]> bytes, WebSocketMessageType type)
    {
        await sending.WaitAsync();
        try
        {
            // Numbered here, so that order and numbers agree.
            await socket.SendAsync(bytes(), type, true, default);
        }
        catch (WebSocketException)
        {
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task Listen()
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, over.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                Check(received.EndOfMessage, "a message in pieces");
                if (received.MessageType == WebSocketMessageType.Binary)
                {
                    Check(Messages.Any(message => (string)message["type"]! == "opened"), "audio before opened");
                    Check(!Types.Contains("closed"), "audio after closed");
                    Packets.Enqueue((received.Count, clock.ElapsedMilliseconds));
                    lock (queue)
                    {
                        foreach (var sample in buffer.AsSpan(0, received.Count))
                        {
                            queue.Enqueue(sample);
                        }
                    }

                    continue;
                }

                var told = JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count))!;
                Check((string)told["version"]! == "2" && (string)told["id"]! == Session && told["parameters"] is JsonObject, "not a server message: " + told);
                Check((int)told["seq"]! == serverSeq + 1, $"seq {told["seq"]} after {serverSeq}");
                Check((int)told["clientseq"]! <= seq, $"clientseq {told["clientseq"]}, sent were {seq}");
                serverSeq = (int)told["seq"]!;
                Messages.Enqueue(told);
                await Answer(told);
                if ((string)told["type"]! == "closed")
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
        }
    }

    private async Task Answer(JsonNode told)
    {
        switch ((string)told["type"]!)
        {
            case "event":
                lock (queue)
                {
                    queue.Clear();
                }

                break;
            case "disconnect" when ClosesWhenAsked:
                await Say("close", """{"reason":"disconnect"}""");
                break;
        }
    }

    /// <summary>Whether it answers "disconnect" as it should.</summary>
    public bool ClosesWhenAsked { get; init; } = true;

    private async Task Play()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var began = clock.ElapsedMilliseconds;
        long due = 0;
        try
        {
            while (await ticks.WaitForNextTickAsync(over.Token))
            {
                var now = (clock.ElapsedMilliseconds - began) * 8;
                var some = 0;
                var left = 0;
                lock (queue)
                {
                    for (; due < now; due++)
                    {
                        if (queue.TryDequeue(out var sample))
                        {
                            Played.Enqueue(sample);
                            some++;
                        }
                    }

                    left = queue.Count;
                }

                if (TellsPlaying && some > 0 && !playing)
                {
                    playing = true;
                    await Say("playback_started");
                }

                if (playing && left == 0)
                {
                    playing = false;
                    await Say("playback_completed");
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Check(bool holds, string fault)
    {
        if (!holds)
        {
            Faults.Enqueue(fault);
        }
    }
}
