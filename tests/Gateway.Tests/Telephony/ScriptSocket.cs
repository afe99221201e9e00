using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>Gives what is in the script, in pieces as large as are asked for, and then closes.</summary>
internal sealed class ScriptSocket(List<(string Note, byte[] Bytes, WebSocketMessageType Type)> script) : WebSocket
{
    private int at;
    private int from;
    private WebSocketState state = WebSocketState.Open;

    public ConcurrentQueue<string> Sent { get; } = new();

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => state;

    public override string? SubProtocol => null;

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        if (at == script.Count)
        {
            state = WebSocketState.CloseReceived;
            return Task.FromResult(new WebSocketReceiveResult(0, WebSocketMessageType.Close, true));
        }

        var (_, bytes, type) = script[at];
        var count = Math.Min(buffer.Count, bytes.Length - from);
        bytes.AsSpan(from, count).CopyTo(buffer);
        from += count;
        var isLast = from == bytes.Length;
        (at, from) = isLast ? (at + 1, 0) : (at, from);
        return Task.FromResult(new WebSocketReceiveResult(count, type, isLast));
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (messageType == WebSocketMessageType.Text)
        {
            Sent.Enqueue(Encoding.UTF8.GetString(buffer));
        }

        return Task.CompletedTask;
    }

    public override void Abort() => state = WebSocketState.Aborted;

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
    }
}
