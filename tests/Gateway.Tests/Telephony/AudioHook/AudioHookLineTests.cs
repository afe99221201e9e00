using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Conversation.Audio;
using Conversation.Gateway.Telephony.AudioHook;
using Conversation.TestKit;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

/// <summary>The sending side by a clock that stands still unless moved.</summary>
public sealed class AudioHookLineTests
{
    private static readonly HookMedia Media = new("audio", "PCMU", 8_000, ["external"]);
    private static readonly short[] Frame = [.. Enumerable.Repeat((short)1_000, 160)];
    private readonly ManualTime time = new();
    private readonly FakeSocket socket = new();
    private readonly AudioHookLine line;

    public AudioHookLineTests() => line = new AudioHookLine(socket, AudioHookPeer.Nil, TimeSpan.FromSeconds(0.5), time, () => { });

    [Fact]
    public void Nothing_is_heard_before_opened_or_after_parting()
    {
        Assert.Equal(25, line.Ahead);
        Assert.False(line.TrySend(Frame));
        line.Opened(Media, null);
        Assert.True(line.TrySend(Frame));
        line.Part("completed", "");
        Assert.False(line.TrySend(Frame));
        Assert.True(line.IsParting);
        line.Part("error", "again");
        line.Closed();
        line.Answer("pong");
        Sent("opened", "disconnect", "closed");
    }

    [Fact]
    public void Ten_frames_make_a_message_and_a_reply_that_ends_sooner_sends_what_there_is()
    {
        line.Opened(Media, null);
        Say(10);
        Sent("opened", "1600");
        Say(3);
        Tick(2);
        Sent("opened", "1600");
        Tick(1);
        Sent("opened", "1600", "480");
        Assert.Equal(G711.EncodeMuLaw(1_000), socket.Last);
    }

    [Fact]
    public void More_than_25_messages_at_once_wait_for_five_a_second()
    {
        line.Opened(Media, null);
        for (var n = 0; n < 25; n++)
        {
            Say(10);
            Eventually(() => socket.Items.Count == n + 2);
        }

        Say(10);
        Assert.False(line.TrySend(Frame));
        Tick(9);
        Assert.False(line.TrySend(Frame));
        Assert.Equal(26, socket.Items.Count);
        Tick(2);
        Eventually(() => socket.Items.Count == 27);
        Assert.True(line.TrySend(Frame));
    }

    [Fact]
    public void Told_to_wait_it_keeps_what_it_has_and_takes_no_more_until_the_time_is_over()
    {
        line.Opened(Media, null);
        Say(3);
        line.Hold(TimeSpan.FromSeconds(2));
        Assert.True(line.IsHeld);
        Assert.False(line.TrySend(Frame));
        Tick(99);
        Sent("opened");
        Tick(2);
        Assert.False(line.IsHeld);
        Sent("opened", "480");
    }

    [Fact]
    public void The_clock_waits_for_playing_to_begin_but_not_for_one_who_never_tells()
    {
        line.Opened(Media, null);
        Assert.True(line.IsPlaying);
        Say(10);
        Assert.False(line.IsPlaying);
        line.Playback(begun: true);
        Assert.True(line.IsPlaying);
        // Ended with something under way: it goes on.
        Assert.False(line.Playback(begun: false));
        Say(10);
        Assert.False(line.IsPlaying);
        line.Playback(begun: true);
        Sent("opened", "1600", "1600");
        Tick(16);
        Assert.True(line.Playback(begun: false));
        // Told again, nothing had begun.
        Assert.False(line.Playback(begun: false));

        AudioHookLine mute = new(new FakeSocket(), AudioHookPeer.Nil, TimeSpan.FromSeconds(0.5), time, () => { });
        mute.Opened(Media, null);
        Say(10, mute);
        Tick(24, mute);
        Assert.False(mute.IsPlaying);
        Tick(1, mute);
        Assert.True(mute.IsPlaying);
        Say(10, mute);
        Assert.True(mute.IsPlaying);
    }

    [Fact]
    public void A_flush_leaves_nothing_of_what_was_not_sent()
    {
        line.Opened(Media, null);
        Say(7);
        Assert.True(line.TryFlush());
        Assert.True(line.IsPlaying);
        Say(10);
        Sent("opened", "event", "1600");
    }

    [Fact]
    public void A_socket_that_takes_nothing_is_offered_no_more_than_may_wait()
    {
        line.Opened(Media, null);
        Sent("opened");
        socket.IsStuck = true;
        var taken = 0;
        for (; taken < 1_000 && line.TrySend(Frame); taken++)
        {
            line.Tick();
        }

        // Ten messages, the one under way and the one being collected.
        Assert.InRange(taken, 100, 120);
        for (var n = 0; n < 64; n++)
        {
            line.Answer("pong");
        }

        Assert.False(socket.IsAborted);
        line.Answer("pong");
        line.Answer("pong");
        Assert.True(socket.IsAborted);
    }

    private void Say(int frames, AudioHookLine? other = null)
    {
        for (var n = 0; n < frames; n++)
        {
            Assert.True((other ?? line).TrySend(Frame));
        }
    }

    private void Tick(int times, AudioHookLine? other = null)
    {
        for (; times > 0; times--)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            (other ?? line).Tick();
        }
    }

    private void Sent(params string[] expected)
    {
        Eventually(() => socket.Items.Count >= expected.Length);
        Assert.Equal(expected, socket.Items);
    }

    private static void Eventually(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");

    /// <summary>Writes down what is sent: a message's type, or the length of audio.</summary>
    private sealed class FakeSocket : WebSocket
    {
        public ConcurrentQueue<string> Items { get; } = new();

        public byte Last { get; private set; }

        public bool IsStuck { get; set; }

        public bool IsAborted { get; private set; }

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            if (IsStuck)
            {
                return new TaskCompletionSource().Task;
            }

            Last = buffer[^1];
            Items.Enqueue(messageType == WebSocketMessageType.Text ? (string)JsonNode.Parse(buffer)!["type"]! : buffer.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }

        public override void Abort() => IsAborted = true;

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => new TaskCompletionSource<WebSocketReceiveResult>().Task;

        public override void Dispose()
        {
        }
    }
}
