using System.Net;
using System.Text.Json.Nodes;
using Conversation.Audio;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

/// <summary>The endpoint against a peer written from its specification, over scripted sessions.</summary>
public sealed class AudioHookTests : IAsyncLifetime
{
    private const string Both = """[{"type":"audio","format":"PCMU","channels":["external","internal"],"rate":8000},{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}]""";
    private readonly AudioHookPeer peer = new();
    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await Start();

    public async Task DisposeAsync()
    {
        await peer.DisposeAsync();
        await gateway.DisposeAsync();
        Assert.Empty(peer.Faults);
    }

    [Fact]
    public async Task There_is_nothing_at_the_path_unless_asked_for()
    {
        await using var plain = await TestGateway.Start();
        await using var other = new AudioHookPeer();
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<HttpRequestException>(() => other.Connect(plain.Address))).StatusCode);
    }

    [Fact]
    public async Task A_call_is_opened_and_its_caller_told_to_the_session()
    {
        await peer.Connect(gateway.Address);
        var opened = await peer.Open(Both, ""","language":"en-US","supportedLanguages":true,"inputVariables":{"customer":"42"},"customConfig":{"tier":3}""");
        Assert.Equal("opened", (string)opened["type"]!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"media":[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}],"supportedLanguages":["en-US"]}"""), opened["parameters"]));
        var request = Session().Request;
        Assert.Equal((8_000, 8_000), (request.InputRate, request.OutputRate));
        Assert.Equal(("+15550100", "Ada", "+15550199", false), (request.Caller!.Number, request.Caller.Name, request.Caller.Called, request.Caller.Outbound));
        Assert.Equal(("42", "3", "en-US"), (request.Caller.Attributes["customer"], request.Caller.Attributes["tier"], request.Caller.Attributes["language"]));
        await peer.Say("dtmf", """{"digit":"7"}""");
        await peer.Say("dtmf", """{"digit":"#"}""");
        Eventually(() => Session().Calls.Contains("text 7"));
        await peer.Say("update", """{"language":"de-DE"}""");
        await peer.Next("updated");
        await peer.Say("news");
        await peer.Say("ping", """{"rtt":"PT0.02S"}""");
        Assert.Equal(6, (int)(await peer.Next("pong"))["clientseq"]!);
    }

    [Theory]
    [InlineData("""["external"]""", 1, 0)]
    [InlineData("""["external","internal"]""", 2, 0)]
    [InlineData("""["internal","external"]""", 2, 1)]
    public async Task The_caller_is_heard_and_nobody_else(string channels, int count, int at)
    {
        await peer.Connect(gateway.Address);
        Assert.Equal("opened", (string)(await peer.Open($$"""[{"type":"audio","format":"PCMU","channels":{{channels}},"rate":8000}]"""))["type"]!);
        byte[] said = [0x80, 0x90, 0xA0, 0x10];
        await peer.Audio([.. said.SelectMany(sample => Enumerable.Range(0, count).Select(n => n == at ? sample : (byte)0x55))], count);
        // Silence may stand before it: a peer that is late says nothing for a while.
        Eventually(() => Session().Heard.Where(sample => sample != 0).SequenceEqual(said.Select(G711.DecodeMuLaw)));
    }

    [Fact]
    public async Task A_probe_is_answered_and_opens_no_session()
    {
        await peer.Connect(gateway.Address);
        Assert.Equal("opened", (string)(await peer.Open(Both, probe: true))["type"]!);
        await peer.Say("ping");
        await peer.Next("pong");
        await peer.Audio(new byte[1_600]);
        await peer.Say("close", """{"reason":"end"}""");
        await peer.Next("closed");
        Eventually(() => peer.Ended);
        Assert.Empty(gateway.Sessions.All);
        Assert.Equal(["opened", "pong", "closed"], peer.Types);
    }

    [Fact]
    public async Task A_reply_comes_in_messages_of_a_fifth_of_a_second_and_is_counted_as_played()
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        var session = Session();
        var frames = Speak(session, 1, 61);
        Eventually(() => session.Calls.Contains("played 1 9760"));
        await frames;
        Eventually(() => peer.Played.Count == 61 * 160);
        // What is collected goes after a pause of two frames, too, as where this test is late: that it is a fifth of a second otherwise, AudioHookLineTests hold.
        Assert.All(peer.Packets, packet => Assert.True(packet.Bytes <= 1_600 && packet.Bytes % 160 == 0, $"{packet.Bytes} bytes"));
        Assert.Contains(peer.Packets, packet => packet.Bytes == 1_600);
        Assert.Equal(Enumerable.Range(1, 61).SelectMany(n => Enumerable.Repeat(Level(n), 160)), peer.Played);
        Assert.Contains("opened", peer.Types);
        Assert.DoesNotContain("event", peer.Types);
    }

    [Fact]
    public async Task What_is_played_by_a_client_that_says_nothing_of_it_is_counted_too()
    {
        await using var mute = new AudioHookPeer { TellsPlaying = false };
        await mute.Connect(gateway.Address);
        await mute.Open();
        var session = Session();
        await Speak(session, 1, 40);
        Eventually(() => session.Calls.Contains("played 1 6400"));
        // Counted by this side's clock: it may be there before the last of it has come.
        Eventually(() => mute.Packets.Sum(packet => packet.Bytes) >= 6_400);
        Assert.Equal(6_400, mute.Packets.Sum(packet => packet.Bytes));
    }

    [Fact]
    public async Task An_interruption_flushes_once_and_nothing_old_is_played_after_it()
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        var session = Session();
        _ = Speak(session, 1, 100);
        Eventually(() => peer.Played.Count > 1_600);
        session.Client.Send(new SessionEvent.PlayoutPaused(1));
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        await peer.Next("event");
        var (before, packets) = (peer.Played.Count, peer.Packets.Count);
        await Speak(session, 2, 10, from: 101);
        Eventually(() => peer.Played.Contains(Level(110)));
        Assert.All(peer.Played.Skip(before), sample => Assert.InRange(sample, Level(110), Level(101)));
        Assert.Equal(packets + 1, peer.Packets.Count);
        var flush = Assert.Single(peer.Messages, message => (string)message["type"]! == "event");
        Assert.Equal("""{"entities":[{"type":"barge_in","data":{}}]}""", flush["parameters"]!.ToJsonString());
    }

    [Fact]
    public async Task Held_and_let_go_on_it_misses_nothing()
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        var session = Session();
        // It goes on from where this side's clock says that it was: a peer that is late at that moment misses as much. It is not late each time.
        for (var (reply, missed) = (1, 60); missed > 0; reply++)
        {
            Assert.True(reply <= 10, $"{missed} frames were missed again");
            var before = peer.Played.Count;
            var speaking = Speak(session, reply, 60);
            Eventually(() => peer.Played.Count > before + 1_600);
            session.Client.Send(new SessionEvent.PlayoutPaused(reply));
            Eventually(() => peer.Types.Count(type => type == "event") == reply);
            session.Client.Send(new SessionEvent.PlayoutResumed(reply));
            await speaking;
            Eventually(() => peer.Played.Skip(before).Count(sample => sample == Level(60)) >= 160);
            var played = peer.Played.Skip(before).Distinct().ToArray();
            Assert.Equal(played.OrderDescending(), played);
            missed = 60 - played.Length;
        }
    }

    [Fact]
    public async Task Asked_to_wait_it_waits_and_goes_on_where_it_was()
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        var session = Session();
        var speaking = Speak(session, 1, 60);
        Eventually(() => !peer.Packets.IsEmpty);
        await peer.Say("error", """{"code":429,"message":"Rate limit exceeded","retryAfter":"PT1.5S"}""");
        await peer.Say("ping");
        await peer.Next("pong");
        var (before, at) = (peer.Packets.Count, peer.Packets.Last().At);
        await speaking;
        Eventually(() => peer.Played.Count == 60 * 160);
        Assert.Equal(Enumerable.Range(1, 60).SelectMany(n => Enumerable.Repeat(Level(n), 160)), peer.Played);
        Assert.True(peer.Packets.ElementAt(before).At - at > 1_000, "it did not wait");
        // Another error is taken note of, and no more.
        await peer.Say("error", """{"code":500,"message":"Oops"}""");
        await peer.Say("ping");
        Eventually(() => peer.Types.Count(type => type == "pong") == 2);
        Assert.DoesNotContain("disconnect", peer.Types);
    }

    [Fact]
    public async Task What_was_left_out_in_a_pause_is_heard_as_silence_once()
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        var session = Session();
        await peer.Audio([.. Enumerable.Repeat((byte)0x80, 1_600)]);
        await peer.Say("paused");
        Eventually(() => session.Heard.Count > 1_600 + 2_400);
        // Half a second was left out, of which the session was given much already, by its own clock.
        peer.Position += 4_000;
        await peer.Say("resumed", """{"start":"PT0.2S","discarded":"PT0.5S"}""");
        await peer.Audio([.. Enumerable.Repeat((byte)0x90, 160)]);
        Eventually(() => session.Heard.Contains(G711.DecodeMuLaw(0x90)));
        var silence = session.Heard.SkipWhile(sample => sample != G711.DecodeMuLaw(0x80)).TakeWhile(sample => sample != G711.DecodeMuLaw(0x90)).Count(sample => sample == 0);
        Assert.True(silence >= 4_000, $"{silence} samples of silence");
        // And at once, where nothing was given.
        await peer.Say("discarded", """{"start":"PT0.72S","discarded":"PT1S"}""");
        await peer.Audio([.. Enumerable.Repeat((byte)0xA0, 160)]);
        Eventually(() => session.Heard.Contains(G711.DecodeMuLaw(0xA0)));
        silence = session.Heard.SkipWhile(sample => sample != G711.DecodeMuLaw(0x90)).TakeWhile(sample => sample != G711.DecodeMuLaw(0xA0)).Count(sample => sample == 0);
        Assert.True(silence >= 8_000, $"{silence} samples of silence");
    }

    [Theory]
    [InlineData("transfer", "billing")]
    [InlineData("hangup", "done")]
    public async Task What_the_dialog_asks_for_goes_to_the_flow_in_its_output_variables(string name, string target)
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        Session().Client.Send(new SessionEvent.ActionRequested(name, target) { Values = new Dictionary<string, string> { ["day"] = "Monday", ["action"] = "mine" } });
        var disconnect = (await peer.Next("disconnect"))["parameters"]!;
        Assert.Equal("completed", (string)disconnect["reason"]!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""{"action":"{{name}}","target":"{{target}}","day":"Monday"}"""), disconnect["outputVariables"]));
        await peer.Next("closed");
        Eventually(() => peer.Ended);
        Assert.Single(peer.Types, type => type == "disconnect");
        Assert.Contains($"close {CarrierCall.HungUp}", Session().Calls);
    }

    [Theory]
    [InlineData("idle", "completed")]
    [InlineData("goodbye", "completed")]
    [InlineData("internal", "error")]
    [InlineData("server_stopping", "error")]
    public async Task A_session_that_ends_by_itself_ends_the_call(string reason, string told)
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        Session().Client.Send(new SessionEvent.Closed(reason));
        var disconnect = (await peer.Next("disconnect"))["parameters"]!;
        Assert.Equal((told, reason), ((string)disconnect["reason"]!, (string)disconnect["info"]!));
        await peer.Next("closed");
        Eventually(() => peer.Ended);
    }

    [Theory]
    [InlineData("end")]
    [InlineData("reconnect")]
    public async Task The_caller_hanging_up_ends_the_session_in_the_middle_of_a_reply(string reason)
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        _ = Speak(Session(), 1, 100);
        Eventually(() => !peer.Packets.IsEmpty);
        await peer.Say("close", $$"""{"reason":"{{reason}}"}""");
        await peer.Next("closed");
        Eventually(() => peer.Ended && Session().Calls.Contains($"close {CarrierCall.HungUp}"));
        Assert.Equal(["opened", "closed"], peer.Types);
    }

    [Fact]
    public async Task A_client_that_vanishes_ends_the_session()
    {
        await using (var other = new AudioHookPeer())
        {
            await other.Connect(gateway.Address);
            await other.Open();
        }

        Eventually(() => Session().Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Theory]
    [InlineData("text", "hello")]
    [InlineData("text", "{}")]
    [InlineData("open", "")]
    [InlineData("seq", "")]
    [InlineData("serverseq", "")]
    [InlineData("id", "")]
    [InlineData("flood", "")]
    [InlineData("giant", "")]
    [InlineData("audio flood", "")]
    public async Task What_breaks_the_protocol_is_answered_and_closed_in_order(string what, string text)
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        await (what switch
        {
            "text" => peer.Text(text),
            "open" => peer.Open(),
            "seq" => peer.Say("ping", number: 7),
            "serverseq" => peer.Say("ping", server: 9),
            "id" => peer.Say("ping", id: AudioHookPeer.Nil),
            "flood" => Task.WhenAll(Enumerable.Range(0, 400).Select(_ => peer.Say("playback_started"))),
            "giant" => peer.Text(new string(' ', 200_000)),
            _ => Task.WhenAll(Enumerable.Range(0, 30).Select(_ => peer.Audio(new byte[8_000]))),
        });
        Assert.Equal("error", (string)(await peer.Next("disconnect"))["parameters"]!["reason"]!);
        await peer.Next("closed");
        Eventually(() => peer.Ended && Session().Calls.Contains($"close {CarrierCall.HungUp}"));
        Assert.Single(peer.Types, type => type == "disconnect");
    }

    [Theory]
    [InlineData("audio")]
    [InlineData("ping")]
    [InlineData("media")]
    [InlineData("organization")]
    public async Task What_breaks_it_before_the_session_stands_opens_none(string what)
    {
        await peer.Connect(gateway.Address);
        await (what switch
        {
            "audio" => peer.Audio(new byte[160]),
            "ping" => peer.Say("ping"),
            "media" => peer.Open("""[{"type":"audio","format":"L16","channels":["external"],"rate":8000},{"type":"audio","format":"PCMU","channels":["internal"],"rate":8000}]"""),
            _ => peer.Say("open", $$"""{"organizationId":"{{Guid.NewGuid()}}","conversationId":"{{Guid.NewGuid()}}","media":{{Both}}}"""),
        });
        var disconnect = await peer.Next("disconnect");
        Assert.Equal(what == "organization" ? "unauthorized" : "error", (string)disconnect["parameters"]!["reason"]!);
        await peer.Next("closed");
        Eventually(() => peer.Ended);
        Assert.Empty(gateway.Sessions.All);
    }

    [Fact]
    public async Task Audio_and_messages_after_close_are_passed_over()
    {
        await peer.Connect(gateway.Address);
        await peer.Open();
        var session = Session();
        await peer.Say("close", """{"reason":"end"}""");
        await peer.Audio([.. Enumerable.Repeat((byte)0x80, 160)]);
        await peer.Say("ping");
        Eventually(() => peer.Ended);
        Assert.Equal(["opened", "closed"], peer.Types);
        Assert.DoesNotContain(G711.DecodeMuLaw(0x80), session.Heard);
    }

    [Fact]
    public async Task A_session_that_is_refused_is_told_why()
    {
        gateway.Sessions.Fault = new SessionFault("full_house", "No room.");
        await peer.Connect(gateway.Address);
        var disconnect = await peer.Open();
        Assert.Equal(("disconnect", "error", "full_house"), ((string)disconnect["type"]!, (string)disconnect["parameters"]!["reason"]!, (string)disconnect["parameters"]!["info"]!));
        Eventually(() => peer.Ended);
    }

    [Fact]
    public async Task Who_does_not_close_when_asked_is_dropped()
    {
        await using var stubborn = new AudioHookPeer { ClosesWhenAsked = false };
        await stubborn.Connect(gateway.Address);
        await stubborn.Open();
        await stubborn.Text("hello");
        Eventually(() => stubborn.Ended);
        Assert.DoesNotContain("closed", stubborn.Types.SkipLast(1));
    }

    [Fact]
    public async Task Signatures_keys_and_connectors_are_kept_to()
    {
        await using var guarded = await Start(
            "--Gateway:AudioHook:Clients:acme:Organization", new AudioHookPeer().Organization,
            "--Gateway:AudioHook:Clients:acme:Routes:sales:Responder", "seller",
            "--Gateway:AudioHook:Clients:other:ApiKey", "another", "--Gateway:AudioHook:Clients:other:Secret", Convert.ToBase64String(new byte[32]),
            "--Gateway:AudioHook:Clients:other:Default:Tenant", "other");
        Dictionary<string, string> used = [];
        await using (var good = new AudioHookPeer())
        {
            await good.Connect(guarded.Address, "/v1/audiohook/sales?x=%20y", headers => used = new(headers));
            await good.Open();
            Assert.Equal("seller", guarded.Sessions.Single.Request.Settings.Responder);
            Assert.Equal("", guarded.Sessions.Single.Request.Tenant);
        }

        await using (var slashed = new AudioHookPeer())
        {
            await slashed.Connect(guarded.Address, "/v1/audiohook//sales/");
            await slashed.Open();
            Assert.All(guarded.Sessions.All.Values, session => Assert.Equal("seller", session.Request.Settings.Responder));
        }

        Assert.Equal(HttpStatusCode.NotFound, await Refused(guarded, "/v1/audiohook/none"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(guarded, "/v1/audiohook/sales?x=%20y", headers => Replace(headers, used)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(guarded, "/v1/audiohook", headers => headers.Remove("Signature")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(guarded, "/v1/audiohook", headers => headers["X-API-KEY"] = "nobody"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(guarded, "/v1/audiohook", headers => headers["X-API-KEY"] = "another"));
        await using var foreign = new AudioHookPeer { Organization = Guid.NewGuid().ToString() };
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HttpRequestException>(() => foreign.Connect(guarded.Address))).StatusCode);
        using var plain = new HttpRequestMessage(HttpMethod.Get, "/v1/audiohook");
        foreach (var (name, value) in foreign.Sign(guarded.Address.Authority, "/v1/audiohook"))
        {
            plain.Headers.TryAddWithoutValidation(name, value);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await guarded.Http.SendAsync(plain)).StatusCode);
    }

    [Fact]
    public async Task More_connections_a_second_than_may_be_are_put_off()
    {
        await using var slow = await Start("--Gateway:AudioHook:OpensPerSecond", "1");
        var answers = new List<HttpResponseMessage>();
        for (var n = 0; n < 4; n++)
        {
            // No WebSocket, or the test would have to end each: but counted, as it was signed.
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/audiohook");
            foreach (var (name, value) in peer.Sign(slow.Address.Authority, "/v1/audiohook"))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            answers.Add(await slow.Http.SendAsync(request));
        }

        Assert.Equal(HttpStatusCode.BadRequest, answers[0].StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answers[^1].Headers.RetryAfter!.Delta);
    }

    /// <summary>Half open: nothing comes, and nobody says that nothing will.</summary>
    [Fact]
    public async Task Who_says_nothing_more_is_given_up_and_who_only_pings_is_not()
    {
        await using var strict = await Start("--Gateway:AudioHook:ClientTimeout", "00:00:06");
        await using var quiet = new AudioHookPeer();
        await quiet.Connect(strict.Address);
        await quiet.Open();
        await peer.Connect(strict.Address);
        await peer.Open();
        for (var n = 0; !quiet.Ended; n++)
        {
            Assert.True(n < 100, "it did not come about");
            await peer.Say("ping");
            await Task.Delay(100);
        }

        Assert.False(peer.Ended);
        Eventually(() => strict.Sessions.All.Values.Count(session => session.Calls.Contains($"close {CarrierCall.HungUp}")) == 1);
    }

    [Fact]
    public async Task Who_never_opens_is_given_up()
    {
        await using var strict = await Start("--Gateway:OpenTimeout", "00:00:01");
        await peer.Connect(strict.Address);
        Eventually(() => peer.Ended);
        Assert.Empty(strict.Sessions.All);
    }

    [Theory]
    [InlineData("voice.example.com", HttpStatusCode.BadRequest)]
    [InlineData("other.example.com", HttpStatusCode.Unauthorized)]
    public async Task Behind_a_proxy_the_public_name_is_what_is_signed(string signed, HttpStatusCode answer)
    {
        await using var behind = await Start("--Gateway:AudioHook:Authority", "Voice.Example.com:443");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/audiohook");
        foreach (var (name, value) in peer.Sign(signed, "/v1/audiohook"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // No WebSocket, but let in so far.
        Assert.Equal(answer, (await behind.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task More_calls_than_may_be_are_refused()
    {
        await using var small = await Start("--Gateway:AudioHook:MaxCalls", "1");
        await peer.Connect(small.Address);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Refused(small, "/v1/audiohook"));
    }

    [Fact]
    public async Task Stopping_asks_to_close()
    {
        await using var ending = await Start();
        await peer.Connect(ending.Address);
        await peer.Open();
        await ending.Stop();
        Assert.Equal("error", (string)(await peer.Next("disconnect"))["parameters"]!["reason"]!);
        Eventually(() => peer.Ended);
    }

    [Fact]
    public async Task Wrong_options_are_all_named()
    {
        var fault = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestGateway.Start(
            "--Gateway:AudioHook:Enabled", "true", "--Gateway:AudioHook:Clients:a:ApiKey", "x", "--Gateway:AudioHook:Clients:a:Secret", "short", "--Gateway:AudioHook:Clients:a:Organization", "acme",
            "--Gateway:AudioHook:Clients:b:ApiKey", "x", "--Gateway:AudioHook:Clients:b:Secret", AudioHookPeer.Secret, "--Gateway:AudioHook:Ahead", "00:00:05", "--Gateway:AudioHook:ClientTimeout", "00:00:01",
            "--Gateway:AudioHook:MaxCalls", "0", "--Gateway:AudioHook:OpensPerSecond", "0"));
        Assert.Equal(7, fault.Failures.Count());
        Assert.All(fault.Failures, failure => Assert.StartsWith("Gateway:AudioHook:", failure, StringComparison.Ordinal));
    }

    private static Task<TestGateway> Start(params string[] also) =>
        TestGateway.Start(["--Gateway:AudioHook:Enabled", "true", "--Gateway:AudioHook:Clients:acme:ApiKey", AudioHookPeer.Key, "--Gateway:AudioHook:Clients:acme:Secret", AudioHookPeer.Secret, .. also]);

    private static async Task<HttpStatusCode?> Refused(TestGateway gateway, string path, Action<Dictionary<string, string>>? change = null)
    {
        await using var other = new AudioHookPeer();
        return (await Assert.ThrowsAsync<HttpRequestException>(() => other.Connect(gateway.Address, path, change))).StatusCode;
    }

    private static void Replace(Dictionary<string, string> headers, Dictionary<string, string> by)
    {
        headers.Clear();
        foreach (var (name, value) in by)
        {
            headers[name] = value;
        }
    }

    private FakeSession Session()
    {
        Eventually(() => !gateway.Sessions.All.IsEmpty);
        return gateway.Sessions.Single;
    }

    /// <summary>The mu-law byte of a frame's number: louder with each, and none of them silence.</summary>
    private static byte Level(int frame) => (byte)(0xFE - frame);

    /// <summary>A reply of numbered frames, given as fast as it is taken.</summary>
    private static async Task Speak(FakeSession session, int generation, int frames, int from = 1)
    {
        session.Client.Send(new SessionEvent.ReplyStarted(1, generation, "answer"));
        for (var n = 0; n < frames; n++)
        {
            while (!session.Client.TrySendAudio(generation, n * 160, [.. Enumerable.Repeat(G711.DecodeMuLaw(Level(from + n)), 160)]))
            {
                await Task.Delay(5);
            }
        }

        session.Client.Send(new SessionEvent.ReplyEnded(generation, frames * 160));
    }

    private static void Eventually(Func<bool> holds) =>
        Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(30)), "it did not come about");
}
