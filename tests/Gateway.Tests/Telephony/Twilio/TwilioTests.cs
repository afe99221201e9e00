using System.Net;
using System.Net.WebSockets;
using Conversation.Audio;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>Calls by a peer written from Twilio's documents, over scripted sessions.</summary>
public sealed class TwilioTests : IAsyncLifetime
{
    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task There_is_nothing_at_the_paths_unless_asked_for()
    {
        await using var plain = await TestGateway.Start();
        using var request = TwilioPeer.Ask("CA1");
        Assert.Equal(HttpStatusCode.NotFound, (await plain.Http.SendAsync(request)).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAsync<UpgradeRefused>(() => TwilioPeer.Connect(plain.Address, "CA1"))).Status);
    }

    [Fact]
    public async Task A_call_goes_from_the_webhook_through_its_stream_to_its_end_with_one_session()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http, "?route=sales");
        var session = Opened();
        Assert.Equal((8_000, 8_000, "acme", "seller"), (session.Request.InputRate, session.Request.OutputRate, session.Request.Tenant, session.Request.Settings.Responder));
        var caller = session.Request.Caller!;
        Assert.Equal(("+15551230001", "+15559990000", "José & Söhne", false, peer.Call), (caller.Number, caller.Called, caller.Name, caller.Outbound, caller.Attributes["callSid"]));
        for (byte n = 0; n < 10; n++)
        {
            await peer.Media(Frame((byte)(n + 10)));
        }

        // Silence stands between them where the peer was late.
        Eventually(() => session.Heard.Count(sample => sample != 0) >= 1_600);
        Assert.Equal(Enumerable.Range(10, 10).Select(n => G711.DecodeMuLaw((byte)n)), session.Heard.Where(sample => sample != 0).Chunk(160).Take(10).Select(frame => frame[80]));
        Say(session, 1, 12);
        Eventually(() => session.Calls.Contains("played 1 1920"));
        // Behind the last mark the gateway's clock tells, which may be a frame ahead of the carrier's.
        Eventually(() => peer.Played.Contains(12));
        Assert.Equal(Enumerable.Range(1, 12), peer.Played.Where(first => first >= 0));
        Assert.DoesNotContain("clear", peer.Received);
        await peer.HangUp();
        Eventually(() => peer.Closed);
        Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
        Assert.Single(session.Calls, call => call.StartsWith("close", StringComparison.Ordinal));
        Assert.Single(gateway.Sessions.All);
    }

    [Fact]
    public async Task A_bargein_with_two_seconds_queued_clears_once_and_what_was_heard_ends_at_the_last_mark_played()
    {
        await using var deep = await Start("--Gateway:Twilio:Ahead", "150", "--Gateway:QueueAudio", "00:00:05");
        await using var peer = await TwilioPeer.Dial(deep.Http);
        var session = Opened(deep);
        Say(session, 1, 200);
        Eventually(() => peer.Reached.Count >= 4 && peer.Buffered >= 2_000);
        // The carrier's line stands still: only its marks can tell.
        peer.Held = true;
        var playing = peer.Played.Count;
        Eventually(() => peer.Played.Count > playing + 15);
        session.Client.Send(new SessionEvent.PlayoutPaused(1));
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        Say(session, 2, 5, from: 201);
        peer.Held = false;
        Eventually(() => peer.Played.Contains(205));
        Assert.Single(peer.Received, "clear");
        // All that follows the clear is the new reply: five frames and at most its mark.
        var after = peer.Received.SkipWhile(what => what != "clear").Skip(1).ToArray();
        Assert.Equal(5, after.Count(what => what == "media"));
        Assert.InRange(peer.Played.Where(first => first is > 0 and <= 200).Max(), 20, 100);
        Assert.NotEmpty(peer.Dropped);
        Eventually(() => session.Calls.Any(call => call.StartsWith("played 1 ", StringComparison.Ordinal)));
        var heard = session.Calls.Where(call => call.StartsWith("played 1 ", StringComparison.Ordinal)).Select(call => int.Parse(call[9..], null)).Max();
        // Five frames a mark; the clock may go on up to the next one and no further.
        var marked = peer.Reached.Count(mark => int.Parse(mark, null) <= 30) * 800;
        Assert.InRange(heard, marked - 800, marked + 800);
        Assert.InRange(heard, 800, peer.Played.Count(first => first is > 0 and <= 200) * 160 + 800);
    }

    [Fact]
    public async Task Held_and_let_go_on_it_misses_nothing()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        Say(session, 1, 60);
        Eventually(() => peer.Played.Contains(15));
        session.Client.Send(new SessionEvent.PlayoutPaused(1));
        Eventually(() => peer.Received.Contains("clear"));
        session.Client.Send(new SessionEvent.PlayoutResumed(1));
        Eventually(() => peer.Played.Contains(60));
        // From where this side's clock says that it was, which goes no further than the next mark: so much a peer that was late may not hear.
        var played = peer.Played.Where(first => first >= 0).Distinct().ToArray();
        Assert.Equal(played.Order(), played);
        Assert.InRange(played.Length, 55, 60);
        Eventually(() => session.Calls.Contains("played 1 9600"));
    }

    [Fact]
    public async Task Marks_that_never_come_back_do_not_stop_the_reply_for_good()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        peer.Held = true;
        var session = Opened();
        Say(session, 1, 40);
        Eventually(() => session.Calls.Contains("played 1 6400"));
        Assert.Empty(peer.Reached);
    }

    [Fact]
    public async Task Keys_while_the_reply_speaks_are_typed()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        Say(session, 1, 60);
        Eventually(() => peer.Played.Contains(3));
        foreach (var key in "4*2#")
        {
            await peer.Digit(key);
        }

        Eventually(() => session.Calls.Contains("text 4*2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_without_a_close_and_a_close_without_stop_each_end_the_session_once(bool stop)
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        await (stop ? peer.Stop() : peer.Close());
        Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
        Eventually(() => peer.Closed);
        Assert.Single(session.Calls, call => call.StartsWith("close", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_unknown_and_what_is_wrong_is_passed_over_until_it_is_too_much()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        await peer.Text("""{"event":"sentiment","streamSid":"MZ","sentiment":{"of":[1,2,{"a":null}]}}""");
        await peer.Text("hello");
        await peer.Binary([1, 2, 3]);
        await peer.Text("""{"event":"mark","streamSid":"MZ","mark":{"name":"not ours"}}""");
        await peer.Media(Frame(9), track: "outbound", number: 7);
        await peer.Media(Frame(42));
        Eventually(() => session.Heard.Contains(G711.DecodeMuLaw(42)));
        Assert.DoesNotContain(G711.DecodeMuLaw(9), session.Heard);
        for (var n = 0; n < 20; n++)
        {
            await peer.Binary([1]);
        }

        Eventually(() => peer.Closed);
        Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Fact]
    public async Task A_giant_message_ends_the_call()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        await peer.Text($$$"""{"event":"media","media":{"payload":"{{{new string('A', 200_000)}}}"}}""");
        Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
        Eventually(() => peer.Closed);
    }

    [Fact]
    public async Task Lost_chunks_are_concealed_late_ones_put_in_order_and_a_gap_is_silence()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        byte[] order = [1, 2, 4, 3, 5, 6, 6, 2, 8, 9, 10, 11];
        foreach (var n in order)
        {
            await peer.Media(Frame(n), number: n, timestamp: n * 20);
        }

        Eventually(() => Sounding(session).Length >= 11);
        short[] frames = [.. Sounding(session).Select(frame => frame[159])];
        // Frame 7 was lost: something stands in its place, and the count is kept.
        Assert.Equal(new[] { 1, 2, 3, 4, 5, 6, 8, 9, 10, 11 }.Select(n => G711.DecodeMuLaw((byte)n)), frames.Where((_, n) => n != 6));
        // Half a second is gone by the timestamps alone.
        await peer.Media(Frame(50), number: 12, timestamp: (11 * 20) + 520);
        Eventually(() => session.Heard.Contains(G711.DecodeMuLaw(50)));
        var silence = session.Heard.SkipWhile(sample => sample != G711.DecodeMuLaw(11)).TakeWhile(sample => sample != G711.DecodeMuLaw(50)).Count(sample => sample == 0);
        Assert.True(silence >= 500 * 8, $"{silence} samples of silence");
    }

    [Fact]
    public async Task Four_hundred_milliseconds_at_once_are_all_heard()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        await peer.Media([.. Enumerable.Range(0, 3_200).Select(n => (byte)(n / 32))]);
        Eventually(() => session.Heard.Count(sample => sample != 0) >= 3_200);
        Assert.Equal(Enumerable.Range(0, 3_200).Select(n => G711.DecodeMuLaw((byte)(n / 32))), session.Heard.Where(sample => sample != 0));
    }

    [Fact]
    public async Task A_carrier_that_sends_nothing_is_silent_to_the_session()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        Eventually(() => session.Heard.Count > 3_200);
        Assert.DoesNotContain(session.Heard, sample => sample != 0);
    }

    [Fact]
    public async Task More_than_anybody_says_ends_the_call()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        for (var n = 0; n < 12; n++)
        {
            await peer.Media(new byte[8_000]);
        }

        Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Fact]
    public async Task A_session_that_is_refused_or_closes_leaves_the_call_to_the_TwiML_behind_the_stream()
    {
        await using (var peer = await TwilioPeer.Dial(gateway.Http))
        {
            Opened().Client.Send(new SessionEvent.Closed("idle"));
            Eventually(() => peer.Closed);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.CloseStatus);
        }

        gateway.Sessions.Fault = new SessionFault("too_many_sessions", "Full.");
        await using var refused = await TwilioPeer.Dial(gateway.Http);
        Eventually(() => refused.Closed);
    }

    [Fact]
    public async Task A_format_that_is_not_taken_is_closed()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http, encoding: "audio/opus");
        Eventually(() => peer.Closed);
        Assert.Empty(gateway.Sessions.All);
    }

    [Fact]
    public async Task Stopping_closes_the_streams()
    {
        await using var ending = await Start();
        await using var peer = await TwilioPeer.Dial(ending.Http);
        Opened(ending);
        await ending.Stop();
        Eventually(() => peer.Closed);
    }

    internal static Task<TestGateway> Start(params string[] also) => TestGateway.Start([
        "--Gateway:Twilio:Enabled", "true", "--Gateway:Twilio:PublicUrl", TwilioPeer.Public, "--Gateway:Twilio:AuthToken", TwilioPeer.Secret, "--Gateway:Twilio:AccountSid", TwilioPeer.Account,
        "--Gateway:Twilio:ApiUrl", "http://127.0.0.1:1", "--Gateway:OpenTimeout", "00:00:05",
        "--Gateway:Twilio:Routes:sales:Tenant", "acme", "--Gateway:Twilio:Routes:sales:Responder", "seller", .. also]);

    internal static void Eventually(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");

    /// <summary>The frames that were heard, without those of silence, which stand where the peer was late.</summary>
    internal static short[][] Sounding(FakeSession session) => [.. session.Heard.Chunk(160).Where(frame => frame.Any(sample => sample != 0))];

    private FakeSession Opened(TestGateway? of = null)
    {
        // It is in the list a moment before it has been told what it was asked for.
        Eventually(() => (of ?? gateway).Sessions.All.Values.Any(session => session is { Request: not null, Client: not null }));
        return (of ?? gateway).Sessions.Single;
    }

    private static byte[] Frame(byte value) => [.. Enumerable.Repeat(value, 160)];

    /// <summary>A reply whose frames are numbered: each is filled with the sample of that mu-law byte.</summary>
    internal static void Say(FakeSession session, int generation, int frames, int from = 1)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(1, generation, "answer"));
        for (var n = 0; n < frames; n++)
        {
            var frame = Enumerable.Repeat(G711.DecodeMuLaw((byte)(n + from)), 160).ToArray();
            Assert.True(session.Client.TrySendAudio(generation, n * 160, frame));
        }

        session.Client.Send(new SessionEvent.ReplyEnded(generation, frames * 160));
    }
}
