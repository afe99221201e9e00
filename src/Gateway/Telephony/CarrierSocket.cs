using System.Net.WebSockets;

namespace Conversation.Gateway.Telephony;

/// <summary>What carriers that come by WebSocket have in common.</summary>
internal static class CarrierSocket
{
    // Hung up on, a carrier has so long to close.
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(1);

    /// <summary>The next message, whole, in the buffer: <see cref="WebSocketMessageType.Close"/> at the end; a length of -1 where it is longer than any should be.</summary>
    public static async Task<(WebSocketMessageType Type, int Length)> ReceiveWholeAsync(this WebSocket socket, byte[] buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            length += received.Count;
            if (received.EndOfMessage || received.MessageType == WebSocketMessageType.Close)
            {
                return (received.MessageType, length);
            }
        }

        return (WebSocketMessageType.Binary, -1);
    }

    /// <summary>Once all was said, waits no longer for the carrier to close than it should take.</summary>
    public static async Task LeaveAfterAsync(Task said, CancellationTokenSource leaving, TimeProvider time)
    {
        await said.ConfigureAwait(false);
        try
        {
            await Task.Delay(Parting, time, leaving.Token).ConfigureAwait(false);
            await leaving.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
