using System.Net.WebSockets;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>The endpoint against a peer written from its specification, over scripted sessions.</summary>
public sealed class ChanWebSocketTests : IAsyncLifetime
{
    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task There_is_nothing_at_the_path_unless_asked_for()
    {
        await using var plain = await TestGateway.Start();
        await Assert.ThrowsAsync<WebSocketException>(() => ChanPeer.Dial(plain.Address));
    }

    [Theory]
    [InlineData(true, "slin16", 16_000)]
    [InlineData(false, "slin", 8_000)]
    public async Task A_call_is_heard_at_the_rate_of_its_format(bool json, string format, int rate)
    {
        await using var peer = await ChanPeer.Dial(gateway.Address, json, format: format, rate: rate);
        var session = Opened();
        Assert.Equal((rate, rate), (session.Request.InputRate, session.Request.OutputRate));
        await peer.Audio([1, 0, 2, 0, 255, 255]);
        // Silence may stand before it: a peer that is late says nothing for a while.
        Eventually(() => session.Heard.Where(sample => sample != 0).SequenceEqual(new short[] { 1, 2, -1 }));
        await peer.Text(json ? """{"event":"DTMF_END","channel_id":"1.2","digit":"7"}""" : "DTMF_END digit:7 channel_id:1.2");
        await peer.Text(json ? """{"event":"DTMF_END","channel_id":"1.2","digit":"#"}""" : "DTMF_END digit:# channel_id:1.2");
        Eventually(() => session.Calls.Contains("text 7"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reply_is_played_whole_with_no_more_ahead_than_allowed_and_counted_as_heard(bool json)
    {
        await using var peer = await ChanPeer.Dial(gateway.Address, json);
        var session = Opened();
        Say(session, 1, 40);
        Eventually(() => session.Calls.Contains("played 1 12800"));
        Eventually(() => peer.Played.Contains((short)40));
        Assert.Equal(Enumerable.Range(1, 40).Select(n => (short)n), peer.Played.Where(sample => sample != 0));
        // A peer's own clock may stand still for a moment: hence more than the five.
        Assert.InRange(peer.Deepest, 2, 16);
        Assert.Contains(peer.Commands, command => command.Contains("MARK_MEDIA", StringComparison.Ordinal));
        Assert.DoesNotContain(peer.Commands, command => command.Contains("FLUSH_MEDIA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_interruption_flushes_once_and_nothing_old_is_played_after_it()
    {
        await using var peer = await ChanPeer.Dial(gateway.Address);
        var session = Opened();
        Say(session, 1, 60);
        Eventually(() => peer.Played.Contains((short)10));
        session.Client.Send(new SessionEvent.PlayoutPaused(1));
        Eventually(() => peer.Commands.Any(command => command.Contains("FLUSH_MEDIA", StringComparison.Ordinal)));
        var before = peer.Played.Count(sample => sample > 0);
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        Say(session, 2, 10, -1);
        Eventually(() => peer.Played.Contains((short)-10));
        Assert.InRange(peer.Played.Count(sample => sample > 0), before - 1, before + 1);
        Assert.Single(peer.Commands, command => command.Contains("FLUSH_MEDIA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Held_and_let_go_on_it_misses_nothing()
    {
        await using var peer = await ChanPeer.Dial(gateway.Address);
        var session = Opened();
        // It goes on from where this side's clock says that it was: a peer that is late at that moment misses as much. It is not late each time.
        for (var (reply, missed) = (1, 60); missed > 0; reply++)
        {
            Assert.True(reply <= 10, $"{missed} frames were missed again");
            var before = peer.Played.Count;
            Say(session, reply, 60);
            Eventually(() => peer.Played.Skip(before).Contains((short)10));
            session.Client.Send(new SessionEvent.PlayoutPaused(reply));
            Eventually(() => peer.Commands.Count(command => command.Contains("FLUSH_MEDIA", StringComparison.Ordinal)) == reply);
            session.Client.Send(new SessionEvent.PlayoutResumed(reply));
            Eventually(() => peer.Played.Skip(before).Contains((short)60));
            var played = peer.Played.Skip(before).Where(sample => sample != 0).ToArray();
            Assert.Equal(played.Distinct().Order(), played.Distinct());
            Assert.InRange(played.Length, played.Distinct().Count(), 65);
            missed = 60 - played.Distinct().Count();
        }
    }

    [Fact]
    public async Task Stopped_by_XOFF_it_sends_nothing_until_XON()
    {
        await using var peer = await ChanPeer.Dial(gateway.Address);
        var session = Opened();
        await peer.Text("""{"event":"MEDIA_XOFF","channel_id":"1.2"}""");
        await peer.Text("""{"event":"DTMF_END","channel_id":"1.2","digit":"1"}""");
        await peer.Text("""{"event":"DTMF_END","channel_id":"1.2","digit":"#"}""");
        Eventually(() => session.Calls.Contains("text 1"));
        Say(session, 1, 10);
        var ticks = peer.Played.Count;
        Eventually(() => peer.Played.Count > ticks + 15);
        Assert.DoesNotContain(peer.Played, sample => sample != 0);
        await peer.Text("""{"event":"MEDIA_XON","channel_id":"1.2"}""");
        Eventually(() => peer.Played.Contains((short)10));
    }

    [Fact]
    public async Task The_dialog_hanging_up_is_told_and_the_caller_hanging_up_ends_the_session()
    {
        await using (var peer = await ChanPeer.Dial(gateway.Address))
        {
            Opened().Client.Send(new SessionEvent.ActionRequested("hangup", "done"));
            Eventually(() => peer.Closed);
            Assert.Contains("""{"command":"HANGUP"}""", peer.Commands);
        }

        gateway.Sessions.All.Clear();
        await using (var peer = await ChanPeer.Dial(gateway.Address))
        {
            Opened();
        }

        Eventually(() => gateway.Sessions.Single.Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{\"event\":")]
    public async Task Who_is_no_Asterisk_is_hung_up_on(string text)
    {
        await using var peer = await ChanPeer.Dial(gateway.Address);
        Opened();
        await peer.Text(text);
        Eventually(() => peer.Closed);
    }

    [Fact]
    public async Task A_format_that_is_not_taken_is_hung_up_on()
    {
        await using var peer = await ChanPeer.Dial(gateway.Address, format: "opus");
        Eventually(() => peer.Closed);
        Assert.Empty(gateway.Sessions.All);
    }

    [Fact]
    public async Task A_password_and_a_route_are_kept_to()
    {
        await using var guarded = await Start("--Gateway:ChanWebSocket:Password", "secret", "--Gateway:ChanWebSocket:Routes:sales:Responder", "seller");
        await Assert.ThrowsAsync<WebSocketException>(() => ChanPeer.Dial(guarded.Address));
        await Assert.ThrowsAsync<WebSocketException>(() => ChanPeer.Dial(guarded.Address, password: "guess"));
        await Assert.ThrowsAsync<WebSocketException>(() => ChanPeer.Dial(guarded.Address, query: "?route=none", password: "secret"));
        await using var peer = await ChanPeer.Dial(guarded.Address, query: "?route=sales", password: "secret");
        Eventually(() => !guarded.Sessions.All.IsEmpty);
        Assert.Equal("seller", guarded.Sessions.Single.Request.Settings.Responder);
    }

    [Fact]
    public async Task Stopping_hangs_up()
    {
        await using var ending = await Start();
        await using var peer = await ChanPeer.Dial(ending.Address);
        Eventually(() => !ending.Sessions.All.IsEmpty);
        await ending.Stop();
        Eventually(() => peer.Closed);
        Assert.Contains("""{"command":"HANGUP"}""", peer.Commands);
    }

    private static Task<TestGateway> Start(params string[] also) => TestGateway.Start(["--Gateway:ChanWebSocket:Enabled", "true", "--Gateway:OpenTimeout", "00:00:01", .. also]);

    private FakeSession Opened()
    {
        Eventually(() => !gateway.Sessions.All.IsEmpty);
        return gateway.Sessions.Single;
    }

    /// <summary>A reply whose frames are numbered from 1.</summary>
    private static void Say(FakeSession session, int generation, int frames, int sign = 1)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(1, generation, "answer"));
        for (var n = 0; n < frames; n++)
        {
            Assert.True(session.Client.TrySendAudio(generation, n * 320, [.. Enumerable.Repeat((short)(sign * (n + 1)), 320)]));
        }

        session.Client.Send(new SessionEvent.ReplyEnded(generation, frames * 320));
    }

    private static void Eventually(Func<bool> holds) =>
        Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");
}
