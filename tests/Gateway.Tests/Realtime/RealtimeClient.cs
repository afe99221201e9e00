using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Conversation.Gateway.Tests.Realtime;

/// <summary>A client of the dialect by hand, able to be as rude as a test needs.</summary>
internal sealed class RealtimeClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[65_536];
    private readonly List<JsonObject> seen = [];

    public IReadOnlyList<JsonObject> Seen => seen;

    public string? SubProtocol => socket.SubProtocol;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public static async Task<RealtimeClient> Connect(Uri server, string query = "", Action<ClientWebSocketOptions>? also = null)
    {
        var client = new RealtimeClient();
        also?.Invoke(client.socket.Options);
        await client.socket.ConnectAsync(new Uri($"ws://{server.Authority}/v1/realtime{query}"), default);
        return client;
    }

    public Task Send(string json) => Send(Encoding.UTF8.GetBytes(json));

    public Task Send(byte[] message, WebSocketMessageType type = WebSocketMessageType.Text) => socket.SendAsync(message, type, true, default);

    public Task Append(byte[] audio) => Send($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(audio)}}"}""");

    /// <summary>The next event; null where the server closed.</summary>
    public async Task<JsonObject?> Receive()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, limit.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    var json = JsonNode.Parse(message.ToArray())!.AsObject();
                    seen.Add(json);
                    return json;
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>The next event of this type; others are passed over.</summary>
    public async Task<JsonObject> Event(string type)
    {
        while (await Receive() is { } message)
        {
            if ((string?)message["type"] == type)
            {
                return message;
            }
        }

        throw new InvalidOperationException($"The server closed before {type}: {string.Join(" ", seen.Select(e => (string?)e["type"]))}");
    }

    /// <summary>The next error; its <c>error</c> object.</summary>
    public async Task<JsonObject> Error() => (await Event("error"))["error"]!.AsObject();

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
