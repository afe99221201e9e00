using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>Asterisk's side of chan_websocket, from docs/specs/chan-websocket.md alone: a queue of frames and marks, one frame played every 20 ms.</summary>
internal sealed class ChanPeer : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly Queue<object> queue = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly CancellationTokenSource over = new();
    private readonly bool json;
    private Task[] work = [];

    private ChanPeer(bool json) => this.json = json;

    /// <summary>Commands that came, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>The first sample of each frame as it was played; silence is 0.</summary>
    public ConcurrentQueue<short> Played { get; } = new();

    /// <summary>The most frames that ever lay in the queue.</summary>
    public int Deepest { get; private set; }

    public bool Closed => work[0].IsCompleted;

    public static async Task<ChanPeer> Dial(Uri server, bool json = true, string query = "", string? password = null, string format = "slin16", int rate = 16_000)
    {
        var peer = new ChanPeer(json);
        peer.socket.Options.AddSubProtocol("media");
        if (password is not null)
        {
            peer.socket.Options.SetRequestHeader("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("asterisk:" + password)));
        }

        await peer.socket.ConnectAsync(new Uri($"ws://{server.Authority}/v1/asterisk{query}"), default);
        peer.work = [peer.Listen(), Task.Run(peer.Play)];
        await peer.Text(json
            ? $$"""{"event":"MEDIA_START","connection_id":"gw","channel":"WebSocket/gw-1","channel_id":"1.2","format":"{{format}}","optimal_frame_size":{{rate / 25}},"channel_variables":{},"ptime":20}"""
            : $"MEDIA_START connection_id:gw channel:WebSocket/gw-1 channel_id:1.2 format:{format} optimal_frame_size:{rate / 25} ptime:20");
        return peer;
    }

    public Task Text(string text) => Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task Audio(byte[] pcm) => Send(pcm, WebSocketMessageType.Binary);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        socket.Abort();
        await Task.WhenAll(work);
        socket.Dispose();
        over.Dispose();
        sending.Dispose();
    }

    private async Task Send(byte[] bytes, WebSocketMessageType type)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(bytes, type, true, default);
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

                Assert.True(received.EndOfMessage);
                lock (queue)
                {
                    if (received.MessageType == WebSocketMessageType.Binary)
                    {
                        queue.Enqueue(BinaryPrimitives.ReadInt16LittleEndian(buffer));
                        Deepest = Math.Max(Deepest, queue.Count(item => item is short));
                        continue;
                    }

                    var text = Encoding.UTF8.GetString(buffer, 0, received.Count);
                    Commands.Enqueue(text);
                    Assert.True(received.Count <= 128);
                    Assert.Equal(json, text.StartsWith('{'));
                    if (text.Contains("FLUSH_MEDIA", StringComparison.Ordinal))
                    {
                        queue.Clear();
                    }
                    else if (text.Contains("MARK_MEDIA", StringComparison.Ordinal))
                    {
                        var id = json ? (string)System.Text.Json.Nodes.JsonNode.Parse(text)!["correlation_id"]! : text.Split(' ')[1];
                        queue.Enqueue(json ? $$"""{"event":"MEDIA_MARK_PROCESSED","channel_id":"1.2","correlation_id":"{{id}}"}""" : $"MEDIA_MARK_PROCESSED {id}");
                    }
                }

                if (Encoding.UTF8.GetString(buffer, 0, received.Count).Contains("HANGUP", StringComparison.Ordinal))
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                    return;
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
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
                short sample = 0;
                lock (queue)
                {
                    while (queue.TryPeek(out var item))
                    {
                        queue.Dequeue();
                        if (item is short first)
                        {
                            sample = first;
                            break;
                        }

                        marks.Add((string)item);
                    }
                }

                Played.Enqueue(sample);
                foreach (var mark in marks)
                {
                    await Text(mark);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
