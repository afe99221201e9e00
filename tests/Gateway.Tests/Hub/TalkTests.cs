using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Hub;

/// <summary>A client that keeps to the protocol.</summary>
public sealed class TalkTests
{
    [Fact]
    public async Task Opens_and_is_told_what_it_got()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();

        var opened = await client.Open(new { version = 1, inputRate = 48_000, outputRate = 16_000, settings = new { voice = "v3", speed = 1.1, greet = false } });

        Assert.Equal("s0", (string?)opened["session"]);
        Assert.Equal("token-s0", (string?)opened["token"]);
        Assert.Equal(16_000, (int?)opened["outputRate"]);
        Assert.Equal(320, (int?)opened["frameSamples"]);
        Assert.Equal(-1, (int?)opened["lastSequence"]);
        Assert.Equal(30, (int?)opened["resumeWithinSeconds"]);
        Assert.False((bool?)opened["resumed"]);
        Assert.Equal("v3", (string?)opened["settings"]!["voice"]);
        var request = gateway.Sessions.Single.Request;
        Assert.Equal((48_000, 16_000, 1.1f, (bool?)false), (request.InputRate, request.OutputRate, request.Settings.Speed!.Value, request.Settings.Greet));
    }

    [Fact]
    public async Task Everything_has_a_default()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        Assert.Equal(new OpenSession(), gateway.Sessions.Single.Request);
    }

    [Fact]
    public async Task Audio_arrives_bit_for_bit_and_in_order()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        var sent = Enumerable.Range(0, 960).Select(n => (short)((n * 7919) - 32_768)).ToArray();
        for (var n = 0; n < 3; n++)
        {
            await client.SendAudio(n, sent[(n * 320)..((n + 1) * 320)]);
        }

        await Called(gateway.Sessions.Single, 3);
        Assert.Equal(["audio 0 320", "audio 1 320", "audio 2 320"], gateway.Sessions.Single.Calls);
        Assert.Equal(sent, gateway.Sessions.Single.Heard);
    }

    [Fact]
    public async Task Base64_may_be_escaped()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        // "+/+/" is fb ff bf: six bytes from two groups of it.
        await client.SendRaw("""{"type":1,"target":"Audio","arguments":[0,"\u002b\/+\/+\/+\/"]}""" + "\u001e");
        await Called(gateway.Sessions.Single, 1);
        Assert.Equal([unchecked((short)0xFFFB), unchecked((short)0xFBBF), unchecked((short)0xBFFF)], gateway.Sessions.Single.Heard);
    }

    [Fact]
    public async Task Sends_audio_and_events_in_order_and_after_the_answer_to_open()
    {
        await using var gateway = await TestGateway.Start();
        gateway.Sessions.Opening = session =>
        {
            session.Client.Send(new SessionEvent.ReplyStarted(1, 7, "greeting") { At = 12.5 });
            Assert.True(session.Client.TrySendAudio(7, 0, [1, -1, short.MinValue]));
            Assert.True(session.Client.TrySendAudio(7, 3, [4]));
            session.Client.Send(new SessionEvent.ReplyEnded(7, 4));
        };
        await using var client = await gateway.Connect();
        await client.Open();
        await client.Event("reply.ended");

        Assert.Equal(
        [
            """{"type":1,"target":"event","arguments":[{"type":"reply.started","turn":1,"generation":7,"kind":"greeting","at":12.5}]}""",
            """{"type":1,"target":"audio","arguments":[7,0,"AQD//wCA"]}""",
            """{"type":1,"target":"audio","arguments":[7,3,"BAA="]}""",
            """{"type":1,"target":"event","arguments":[{"type":"reply.ended","generation":7,"samples":4,"at":0}]}""",
        ], client.Seen.Skip(1).Select(message => message.ToJsonString()));
    }

    [Fact]
    public async Task Events_leave_nulls_out_and_keep_their_letters()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        gateway.Sessions.Single.Client.Send(new SessionEvent.Error("odd", "Grüße, 'naïve' <b>"));
        gateway.Sessions.Single.Client.Send(new SessionEvent.ReplyText(1, "Hi.", [new WordTiming("Hi.", 10, 20)]));
        var error = await client.Event("error");
        var text = await client.Event("reply.text");
        Assert.Equal(["type", "code", "message", "at"], error.Select(field => field.Key));
        Assert.Equal("Grüße, 'naïve' <b>", (string?)error["message"]);
        Assert.Equal("""[{"text":"Hi.","start":10,"end":20}]""", text["words"]!.ToJsonString());
    }

    [Fact]
    public async Task Hands_on_played_text_configure_and_close()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await gateway.Connect();
        await client.Open();
        await client.Send("Played", 3, 4_800);
        await client.Send("Text", "Good morning");
        await client.Send("Configure", new { voice = "v3" });
        await client.Send("Close");

        Assert.Equal("client", (string?)(await client.Event("closed"))["reason"]);
        Assert.Null(await client.Closed());
        await gateway.Sessions.Single.Detached.Task;
        Assert.Equal(["played 3 4800", "text Good morning", "configure v3", "close client", "detach"], gateway.Sessions.Single.Calls);
    }

    [Fact]
    public async Task A_dropped_connection_resumes_and_goes_on_where_it_was()
    {
        await using var gateway = await TestGateway.Start();
        var first = await gateway.Connect();
        var opened = await first.Open();
        await first.SendAudio(0, new short[320]);
        await first.SendAudio(1, new short[320]);
        await Called(gateway.Sessions.Single, 2);
        first.Abort();
        await gateway.Sessions.Single.Detached.Task;

        await using var second = await gateway.Connect();
        var resumed = await second.Open(new { resume = new { session = (string?)opened["session"], token = (string?)opened["token"], generation = 4, played = 960 } });

        Assert.True((bool?)resumed["resumed"]);
        Assert.Equal(1, (int?)resumed["lastSequence"]);
        Assert.Equal(new ResumeSession("s0", "token-s0", 4, 960), gateway.Sessions.Single.Request.Resume);
        await second.SendAudio(2, new short[320]);
        await Called(gateway.Sessions.Single, 2);
        Assert.Equal(["audio 0 320", "audio 1 320", "detach", "audio 2 320"], gateway.Sessions.Single.Calls);
    }

    internal static async Task Called(FakeSession session, int times)
    {
        for (var n = 0; n < times; n++)
        {
            Assert.True(await session.Called.WaitAsync(TimeSpan.FromSeconds(20)), $"call {n} never came; calls: {string.Join(", ", session.Calls)}");
        }
    }
}
