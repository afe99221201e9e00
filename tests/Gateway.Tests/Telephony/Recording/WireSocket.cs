using System.Net.WebSockets;
using System.Threading.Channels;

namespace Conversation.Gateway.Tests.Telephony.Recording;

/// <summary>A WebSocket without a network: what the carrier says is dealt with before <see cref="Deliver"/> returns, and what it is told comes at once.</summary>
internal sealed class WireSocket(Action<byte[], WebSocketMessageType> told) : WebSocket
{
    private readonly Channel<(byte[] Bytes, WebSocketMessageType Type)> incoming = Channel.CreateUnbounded<(byte[], WebSocketMessageType)>();
    private int given;
    private int asked;
    private WebSocketState state = WebSocketState.Open;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => state;

    public override string? SubProtocol => null;

    /// <summary>Gives a message, and waits until its reader comes for the next.</summary>
    public void Deliver(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text)
    {
        given++;
        incoming.Writer.TryWrite((bytes, type));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref asked) > given, TimeSpan.FromSeconds(30)), "a message was not dealt with");
    }

    /// <summary>The carrier closes.</summary>
    public void End() => incoming.Writer.TryWrite(([], WebSocketMessageType.Close));

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        var (bytes, type) = await incoming.Reader.ReadAsync(cancellationToken);
        state = type == WebSocketMessageType.Close ? WebSocketState.CloseReceived : state;
        bytes.CopyTo(buffer.AsSpan());
        return new WebSocketReceiveResult(bytes.Length, type, true);
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        told(buffer.ToArray(), messageType);
        return Task.CompletedTask;
    }

    public override void Abort() => state = WebSocketState.Aborted;

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
    }
}
