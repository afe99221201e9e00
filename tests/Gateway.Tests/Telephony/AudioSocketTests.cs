using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>The endpoint against a peer written from its specification, over scripted sessions.</summary>
public sealed class AudioSocketTests : IAsyncLifetime
{
    private static readonly Guid Call = Guid.Parse("0000a1b2-0000-4000-8000-000000000001");
    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task No_port_is_open_unless_asked_for()
    {
        await using var plain = await TestGateway.Start();
        Assert.Null(plain.Services.GetRequiredService<AudioSocketListener>().EndPoint);
    }

    [Theory]
    [InlineData(0x10, 8_000)]
    [InlineData(0x12, 16_000)]
    public void The_kind_of_audio_says_the_rate(byte kind, int rate)
    {
        using var peer = Dial();
        peer.Audio(Ramp(rate / 50), kind);
        var session = Opened();
        Assert.Equal((rate, rate, "frontdesk"), (session.Request.InputRate, session.Request.OutputRate, session.Request.Settings.Responder));
        // Silence may stand before it: a peer that is late says nothing for a while.
        Eventually(() => session.Heard.SkipWhile(sample => sample == 0).Take((rate / 50) - 1).SequenceEqual(Ramp((rate / 50) - 1, 1)));
        var frame = peer.Receive()!.Value;
        Assert.Equal((kind, rate / 50), (frame.Kind, frame.Pcm.Length));
    }

    [Fact]
    public void Messages_in_pieces_and_several_at_once_are_the_same_audio()
    {
        using var peer = AudioSocketPeer.Connect(gateway.Services.GetRequiredService<AudioSocketListener>().EndPoint!);
        byte[] stream = [0x01, 0, 16, .. Call.ToByteArray(bigEndian: true), .. Enumerable.Range(0, 20).SelectMany(n => new byte[] { 0x10, 0, 4, (byte)n, 0, (byte)n, 1 }), 0x10, 0x01];
        foreach (var piece in stream.Chunk(11))
        {
            peer.Raw(piece);
        }

        var session = Opened();
        Eventually(() => session.Heard.Count(sample => sample != 0) >= 39);
        Assert.Equal(Enumerable.Range(0, 20).SelectMany(n => new[] { (short)n, (short)(n + 256) }).Skip(1), session.Heard.Where(sample => sample != 0));
    }

    [Fact]
    public void Silence_flows_and_a_reply_is_sent_at_its_pace_and_counted_as_heard()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        var session = Opened();
        Assert.All(Frames(peer, 5), frame => Assert.All(frame.Pcm, sample => Assert.Equal(0, sample)));

        var took = 0.0;
        for (var reply = 1; reply == 1 || (took < 135 && reply <= 10); reply++)
        {
            Say(session, reply, 1_600);
            List<(byte Kind, short[] Pcm, TimeSpan At)> spoken = [];
            while (spoken.Count < 10)
            {
                spoken.AddRange(Frames(peer, 1).Where(frame => frame.Pcm[0] != 0));
            }

            Assert.Equal(Ramp(1_600, 1), spoken.SelectMany(frame => frame.Pcm));
            Assert.Equal(0, Frames(peer, 1)[0].Pcm[0]);
            took = (spoken[9].At - spoken[0].At).TotalMilliseconds;
            Eventually(() => session.Calls.Contains($"played {reply} 1600"));
        }

        // Ten frames take 180 ms from the first to the last: less is ahead of playout by more than two frames, or this peer was late for the first, which it is not each time.
        Assert.True(took >= 135, $"{took} ms");
    }

    [Fact]
    public void Held_it_is_silent_and_goes_on_from_the_same_sample()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        var session = Opened();
        const int samples = 9_600;
        Say(session, 1, samples);
        List<short[]> spoken = [];
        while (spoken.Count < 3)
        {
            spoken.AddRange(Frames(peer, 1).Select(frame => frame.Pcm).Where(pcm => pcm[0] != 0));
        }

        session.Client.Send(new SessionEvent.PlayoutPaused(1));
        // What was on its way may still come.
        for (var silent = 0; silent < 5;)
        {
            var pcm = Frames(peer, 1)[0].Pcm;
            silent = pcm[0] == 0 ? silent + 1 : 0;
            spoken.AddRange(pcm[0] == 0 ? [] : [pcm]);
        }

        Assert.InRange(spoken.Count, 3, (samples / 160) - 1);
        session.Client.Send(new SessionEvent.PlayoutResumed(1));
        while (spoken.Count < samples / 160)
        {
            spoken.AddRange(Frames(peer, 1).Select(frame => frame.Pcm).Where(pcm => pcm[0] != 0));
        }

        Assert.Equal(Ramp(samples, 1), spoken.SelectMany(pcm => pcm));
    }

    [Fact]
    public void Nothing_of_a_cancelled_reply_follows_and_what_was_heard_is_told()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        var session = Opened();
        Say(session, 1, 3_200);
        while (peer.Receive()!.Value.Pcm[0] == 0)
        {
        }

        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        session.Client.Send(new SessionEvent.ReplyStarted(2, 2, "answer"));
        session.Client.TrySendAudio(2, 0, [.. Enumerable.Repeat((short)-7, 160)]);
        // What was on its way may still come, and silence, and then the next.
        var first = (short)1;
        for (var last = first; first != -7; last = first)
        {
            first = Frames(peer, 1)[0].Pcm[0];
            Assert.True(first <= 0 || last > 0, "the old one goes on");
        }

        Assert.DoesNotContain(Frames(peer, 12), frame => frame.Pcm[0] > 0);
        Eventually(() => session.Calls.Any(call => call.StartsWith("played 1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Keys_are_typed_with_a_hash_or_after_a_pause()
    {
        using var peer = Dial();
        peer.Digit('9');
        peer.Audio(new short[160]);
        var session = Opened();
        foreach (var key in "12#")
        {
            peer.Digit(key);
        }

        Eventually(() => session.Calls.Contains("text 912"));
        peer.Digit('*');
        peer.Digit('7');
        Eventually(() => session.Calls.Contains("text *7"));
    }

    [Fact]
    public void Keys_are_taken_as_the_dialog_wants_them_and_silence_what_is_said()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        var session = Opened();
        Assert.NotNull(session.Request.Caller);
        session.Client.Send(new SessionEvent.ReplyStarted(0, 1, "greeting"));
        session.Client.Send(new SessionEvent.KeysWanted(1, 1, "", 3));
        Frames(peer, 5);
        foreach (var key in "1112")
        {
            peer.Digit(key);
        }

        Eventually(() => session.Calls.Contains("text 1"));
        session.Client.Send(new SessionEvent.ReplyStarted(1, 2, "answer"));
        peer.Digit('4');
        Frames(peer, 20);
        Assert.Equal(["stop", "text 1"], session.Calls.Where(call => call is "stop" || call.StartsWith("text", StringComparison.Ordinal)));
        session.Client.Send(new SessionEvent.KeysWanted(2, 4, "#", 3));
        Eventually(() => session.Calls.Contains("text 1124"));
        Assert.Equal(["stop", "text 1", "stop", "text 1124"], session.Calls.Where(call => call is "stop" || call.StartsWith("text", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_caller_of_whom_nothing_comes_is_silent_to_the_session()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        var session = Opened();
        Eventually(() => session.Heard.Count > 1_600);
        Assert.DoesNotContain(session.Heard, sample => sample != 0);
    }

    [Fact]
    public async Task A_caller_who_says_nothing_from_the_first_is_taken_all_the_same()
    {
        await using var other = await Start("--Gateway:AudioSocket:SilentRate", "16000");
        using var peer = Dial(other);
        Eventually(() => !other.Sessions.All.IsEmpty);
        Assert.Equal(16_000, other.Sessions.Single.Request.InputRate);
        Assert.Equal((0x12, 320), (peer.Receive()!.Value.Kind, peer.Receive()!.Value.Pcm.Length));
        peer.Audio(Ramp(320, 1), 0x12);
        Eventually(() => other.Sessions.Single.Heard.Contains((short)320));
    }

    [Fact]
    public void The_caller_hanging_up_ends_the_session()
    {
        using (var peer = Dial())
        {
            peer.Audio(new short[160]);
            Opened();
            peer.Send(0x00, []);
            Eventually(() => gateway.Sessions.Single.Calls.Contains($"close {CarrierCall.HungUp}"));
        }
    }

    [Fact]
    public void A_line_that_breaks_in_the_middle_of_a_frame_ends_the_session()
    {
        using (var peer = Dial())
        {
            peer.Audio(new short[160]);
            Opened();
            peer.Raw([0x10, 0x01, 0x40, 0, 0]);
        }

        Eventually(() => gateway.Sessions.Single.Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Theory]
    [InlineData("hangup")]
    [InlineData("transfer")]
    public void What_the_dialog_asks_for_hangs_up(string action)
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        var session = Opened();
        session.Client.Send(new SessionEvent.ActionRequested(action, "sales"));
        Assert.True(peer.HungUp());
    }

    [Fact]
    public void A_session_that_closes_hangs_up()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        Opened().Client.Send(new SessionEvent.Closed("idle"));
        Assert.True(peer.HungUp());
    }

    [Fact]
    public void A_refused_session_hangs_up()
    {
        gateway.Sessions.Fault = new SessionFault("too_many_sessions", "Full.");
        using var peer = Dial();
        peer.Audio(new short[160]);
        Assert.True(peer.HungUp());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0010\u0001")]
    public void Who_is_no_Asterisk_or_says_too_little_is_hung_up_on(string said)
    {
        using var peer = AudioSocketPeer.Connect(gateway.Services.GetRequiredService<AudioSocketListener>().EndPoint!);
        peer.Raw(System.Text.Encoding.Latin1.GetBytes(said));
        peer.HungUp();
        Assert.Empty(gateway.Sessions.All);
    }

    [Fact]
    public void Audio_of_another_rate_in_mid_call_ends_it()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        Opened();
        peer.Audio(new short[320], 0x12);
        Assert.True(peer.HungUp());
    }

    [Fact]
    public void Audio_faster_than_anybody_speaks_ends_the_call()
    {
        using var peer = Dial();
        peer.Audio(new short[160]);
        Opened();
        for (var second = 0; second < 8; second++)
        {
            try
            {
                peer.Audio(new short[8_000]);
            }
            catch (System.Net.Sockets.SocketException)
            {
                break;
            }
        }

        peer.HungUp();
        Eventually(() => gateway.Sessions.Single.Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Fact]
    public async Task Calls_go_to_whom_their_id_names_and_to_nobody_else()
    {
        await using var routed = await Start("--Gateway:AudioSocket:RoutedOnly", "true", "--Gateway:AudioSocket:Routes:0000A1B2:Tenant", "acme", "--Gateway:AudioSocket:Routes:0000A1B2:Responder", "billing");
        using (var peer = Dial(routed))
        {
            peer.Audio(new short[160]);
            Eventually(() => !routed.Sessions.All.IsEmpty);
            Assert.Equal(("acme", "billing"), (routed.Sessions.Single.Request.Tenant, routed.Sessions.Single.Request.Settings.Responder));
        }

        using var other = Dial(routed, Guid.NewGuid());
        other.Audio(new short[160]);
        Assert.True(other.HungUp());
        Assert.Single(routed.Sessions.All);
    }

    [Fact]
    public async Task Only_so_many_calls_are_taken()
    {
        await using var small = await Start("--Gateway:AudioSocket:MaxCalls", "1");
        using var first = Dial(small);
        first.Audio(new short[160]);
        Eventually(() => !small.Sessions.All.IsEmpty);
        using var second = AudioSocketPeer.Connect(small.Services.GetRequiredService<AudioSocketListener>().EndPoint!);
        Assert.True(second.HungUp());
        Assert.NotNull(first.Receive());
    }

    [Fact]
    public async Task Stopping_hangs_up()
    {
        await using var ending = await Start();
        using var peer = Dial(ending);
        peer.Audio(new short[160]);
        Eventually(() => !ending.Sessions.All.IsEmpty);
        await ending.Stop();
        Assert.True(peer.HungUp());
        Assert.Equal(0, ending.Services.GetRequiredService<AudioSocketListener>().Count);
    }

    private static Task<TestGateway> Start(params string[] also) =>
        TestGateway.Start(["--Gateway:AudioSocket:Port", "0", "--Gateway:AudioSocket:Default:Responder", "frontdesk", "--Gateway:OpenTimeout", "00:00:01", .. also]);

    private AudioSocketPeer Dial() => Dial(gateway);

    private static AudioSocketPeer Dial(TestGateway to, Guid? id = null)
    {
        var peer = AudioSocketPeer.Connect(to.Services.GetRequiredService<AudioSocketListener>().EndPoint!);
        peer.Id(id ?? Call);
        return peer;
    }

    private FakeSession Opened()
    {
        Eventually(() => !gateway.Sessions.All.IsEmpty);
        return gateway.Sessions.Single;
    }

    private static void Say(FakeSession session, int generation, int samples)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(1, generation, "answer"));
        for (var at = 0; at < samples; at += 160)
        {
            Assert.True(session.Client.TrySendAudio(generation, at, Ramp(160, at + 1)));
        }

        session.Client.Send(new SessionEvent.ReplyEnded(generation, samples));
    }

    private static (byte Kind, short[] Pcm, TimeSpan At)[] Frames(AudioSocketPeer peer, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => peer.Receive() ?? throw new InvalidOperationException("the server hung up"))];

    private static short[] Ramp(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(n => (short)n)];

    private static void Eventually(Func<bool> holds) =>
        Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");
}
