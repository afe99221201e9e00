using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conversation.Gateway.Tests.Support;

/// <summary>SignalR's JSON protocol by hand over a WebSocket: messages end in 0x1E. Able to be as rude as a test needs.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private const byte End = 0x1E;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket socket = new();
    private readonly List<byte> pending = [];
    private readonly List<JsonObject> seen = [];
    private readonly byte[] buffer = new byte[16_384];
    private int invocations;

    public WebSocketState State => socket.State;

    public static async Task<RawClient> Connect(Uri server, Action<ClientWebSocketOptions>? also = null, bool handshake = true)
    {
        var client = new RawClient();
        also?.Invoke(client.socket.Options);
        await client.socket.ConnectAsync(new Uri($"ws://{server.Authority}/session"), default);
        if (handshake)
        {
            await client.SendRaw("{\"protocol\":\"json\",\"version\":1}\u001e");
            Assert.Equal("{}", (await client.Receive())!.ToJsonString());
        }

        return client;
    }

    public Task SendRaw(string text) => SendRaw(Encoding.UTF8.GetBytes(text));

    public Task SendRaw(byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Text, true, default);

    public Task Send(string target, params object?[] arguments) =>
        SendRaw(JsonSerializer.Serialize(new { type = 1, target, arguments }) + "\u001e");

    public Task SendAudio(long sequence, params short[] samples) =>
        Send("Audio", sequence, Convert.ToBase64String(MemoryMarshal.AsBytes<short>(samples)));

    /// <summary>Calls and waits for the answer: the completion message.</summary>
    public async Task<JsonObject> Invoke(string target, params object?[] arguments)
    {
        var id = (++invocations).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendRaw(JsonSerializer.Serialize(new { type = 1, invocationId = id, target, arguments }) + "\u001e");
        return await Until(message => (string?)message["invocationId"] == id);
    }

    public async Task<JsonObject> Open(object? request = null)
    {
        var answer = await Invoke("Open", request ?? new { });
        Assert.True(answer["error"] is null, (string?)answer["error"]);
        return answer["result"]!.AsObject();
    }

    /// <summary>The next message, or null where the server closed the socket.</summary>
    public async Task<JsonObject?> Receive()
    {
        while (true)
        {
            var end = pending.IndexOf(End);
            if (end >= 0)
            {
                var text = Encoding.UTF8.GetString(pending.GetRange(0, end).ToArray());
                pending.RemoveRange(0, end + 1);
                return JsonNode.Parse(text)!.AsObject();
            }

            using var limit = new CancellationTokenSource(Patience);
            try
            {
                var received = await socket.ReceiveAsync(buffer, limit.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
                    return null;
                }

                pending.AddRange(buffer.AsSpan(0, received.Count));
            }
            catch (WebSocketException)
            {
                return null;
            }
            catch (OperationCanceledException) when (!limit.IsCancellationRequested)
            {
                return null; // Aborted by ourselves.
            }
        }
    }

    /// <summary>Reads up to the first message that fits; what is passed over can be seen in <see cref="Seen"/>.</summary>
    public async Task<JsonObject> Until(Predicate<JsonObject> fits)
    {
        while (await Receive() is { } message)
        {
            seen.Add(message);
            if (fits(message))
            {
                return message;
            }
        }

        throw new InvalidOperationException($"The server closed the connection first; before that came: {string.Join(" ", seen.TakeLast(5).Select(message => message.ToJsonString()))}");
    }

    public IReadOnlyList<JsonObject> Seen => seen;

    /// <summary>The next event of this type.</summary>
    public async Task<JsonObject> Event(string type) =>
        (await Until(message => (string?)message["target"] == "event" && (string?)message["arguments"]![0]!["type"] == type))["arguments"]![0]!.AsObject();

    /// <summary>The next error event has this code; its message is given back.</summary>
    public async Task<string> Error(string code)
    {
        var error = await Event("error");
        Assert.Equal(code, (string?)error["code"]);
        return (string)error["message"]!;
    }

    /// <summary>Reads to the end: the error of the close message, or null where there was none.</summary>
    public async Task<string?> Closed()
    {
        string? error = null;
        // The server's pings would feed patience with each message for ever.
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (await Receive() is { } message)
        {
            Assert.True(since.Elapsed < Patience, "the server did not close the connection");
            seen.Add(message);
            if ((int?)message["type"] == 7)
            {
                error = (string?)message["error"];
            }
        }

        return error;
    }

    /// <summary>Drops the line without a word.</summary>
    public void Abort() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
