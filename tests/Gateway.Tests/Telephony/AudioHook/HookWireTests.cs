using System.Text;
using System.Text.Json.Nodes;
using Conversation.Audio;
using Conversation.Gateway.Telephony.AudioHook;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

public sealed class HookWireTests
{
    private const string Id = "30b0e395-84d3-4570-ac13-9a62d8f514c0";

    private static readonly string[] Seeds =
    [
        Message("open", """{"organizationId":"d7934305-0972-4844-938e-9060eef73d05","conversationId":"090eaa2f-72fa-480a-83e0-8667ff89c0ec","participant":{"id":"883efee8-3d6c-4537-b500-6d7ca4b92fa0","ani":"+1-555-555-1234","aniName":"John Doe","dnis":"+1-800-555-6789"},"media":[{"type":"audio","format":"PCMU","channels":["external","internal"],"rate":8000},{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}],"language":"en-US","supportedLanguages":true,"inputVariables":{"customer":"42","vip":true,"note":null},"customConfig":{"customer":"7","list":[1,2]}}"""),
        Message("close", """{"reason":"end"}"""),
        Message("ping", """{"rtt":"PT0.025S"}"""),
        Message("paused", "{}"),
        Message("resumed", """{"start":"PT1.5S","discarded":"PT12.25S"}"""),
        Message("discarded", """{"start":"PT0S","discarded":"PT.5S"}"""),
        Message("update", """{"language":"de-DE"}"""),
        Message("error", """{"code":429,"message":"Rate limit","retryAfter":"PT3S"}"""),
        Message("dtmf", """{"digit":"5"}"""),
        Message("playback_started", "{}"),
        Message("playback_completed", "{}"),
        Message("news", """{"a":{"b":[1,2,{"c":"d"}]}}"""),
    ];

    [Fact]
    public void Open_is_read_whole()
    {
        var open = Assert.IsType<HookMessage.Open>(Read(Seeds[0]));
        Assert.Equal((Id, 3L, 2L), (open.Id, open.Seq, open.ServerSeq));
        Assert.Equal(("+1-555-555-1234", "John Doe", "+1-800-555-6789"), (open.Ani, open.AniName, open.Dnis));
        Assert.Equal("d7934305-0972-4844-938e-9060eef73d05", open.Organization);
        Assert.True(open.WantsLanguages);
        Assert.False(open.IsProbe);
        Assert.Equal(2, open.Media.Count);
        Assert.Equal(
            "conversationId=090eaa2f-72fa-480a-83e0-8667ff89c0ec customer=42 language=en-US list=[1,2] note= organizationId=d7934305-0972-4844-938e-9060eef73d05 participantId=883efee8-3d6c-4537-b500-6d7ca4b92fa0 vip=true",
            string.Join(' ', open.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.True(Assert.IsType<HookMessage.Open>(Read(Seeds[0].Replace("090eaa2f-72fa-480a-83e0-8667ff89c0ec", AudioHookPeer.Nil, StringComparison.Ordinal).Replace("883efee8-3d6c-4537-b500-6d7ca4b92fa0", AudioHookPeer.Nil, StringComparison.Ordinal))).IsProbe);
        Assert.False(Assert.IsType<HookMessage.Open>(Read(Seeds[0].Replace("090eaa2f-72fa-480a-83e0-8667ff89c0ec", AudioHookPeer.Nil, StringComparison.Ordinal))).IsProbe);
    }

    [Fact]
    public void The_others_are_read()
    {
        Assert.Equal("end", Assert.IsType<HookMessage.Close>(Read(Seeds[1])).Reason);
        Assert.IsType<HookMessage.Ping>(Read(Seeds[2]));
        Assert.IsType<HookMessage.Paused>(Read(Seeds[3]));
        var resumed = Assert.IsType<HookMessage.Resumed>(Read(Seeds[4]));
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(12.25)), (resumed.Start, resumed.Discarded));
        Assert.Equal(TimeSpan.FromSeconds(0.5), Assert.IsType<HookMessage.Discard>(Read(Seeds[5])).Discarded);
        Assert.Equal("de-DE", Assert.IsType<HookMessage.Update>(Read(Seeds[6])).Language);
        var error = Assert.IsType<HookMessage.Error>(Read(Seeds[7]));
        Assert.Equal((429, "Rate limit", TimeSpan.FromSeconds(3)), (error.Code, error.Text, error.RetryAfter));
        Assert.Equal('5', Assert.IsType<HookMessage.Digit>(Read(Seeds[8])).Key);
        Assert.IsType<HookMessage.PlaybackStarted>(Read(Seeds[9]));
        Assert.IsType<HookMessage.PlaybackCompleted>(Read(Seeds[10]));
        Assert.Equal("news", Assert.IsType<HookMessage.Other>(Read(Seeds[11])).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":"2"}""")]
    [InlineData("""{"version":"1","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395","seq":1,"serverseq":0,"position":"PT0S","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":-1,"serverseq":0,"position":"PT0S","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":"1","serverseq":0,"position":"PT0S","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"position":"PT0S","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"5","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":[]}""")]
    [InlineData("""{"version":"2","type":"ping","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":{}}{}""")]
    [InlineData("""{"version":"2","type":"\ud800","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":{}}""")]
    [InlineData("""{"version":"2","type":"dtmf","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":{"digit":"55"}}""")]
    [InlineData("""{"version":"2","type":"resumed","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":{"start":"PT1S"}}""")]
    [InlineData("""{"version":"2","type":"open","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"serverseq":0,"position":"PT0S","parameters":{"organizationId":"d7934305-0972-4844-938e-9060eef73d05","conversationId":"1","media":[]}}""")]
    public void What_is_no_message_is_none_and_says_why(string text)
    {
        var (message, fault) = HookWire.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(message);
        Assert.NotEmpty(fault!);
    }

    [Theory]
    [InlineData("PT0S", 0)]
    [InlineData("PT1.5S", 1_500)]
    [InlineData("PT.25S", 250)]
    [InlineData("PT1M2.5S", 62_500)]
    [InlineData("PT1H", 3_600_000)]
    [InlineData("PT0.000000001S", 0)]
    [InlineData("PT864000S", 864_000_000)]
    [InlineData("PT864001S", null)]
    [InlineData("PT-1S", null)]
    [InlineData("PT1,5S", null)]
    [InlineData("PT1e3S", null)]
    [InlineData("PT1S1M", null)]
    [InlineData("PTS", null)]
    [InlineData("PT", null)]
    [InlineData("P1D", null)]
    [InlineData("PT99999999999999999999999999999999999S", null)]
    [InlineData("PT١S", null)]
    public void Durations(string text, int? ms) => Assert.Equal(ms is null ? null : TimeSpan.FromMilliseconds(ms.Value), HookTime.Read(text));

    [Fact]
    public void What_was_left_out_is_missing_once()
    {
        var position = new HookPosition();
        position.Received(8_000);
        Assert.Equal(4_000, position.Skip(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5)));
        Assert.Equal(12_000, position.Samples);
        // Told again, or of what has come: nothing.
        Assert.Equal(0, position.Skip(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5)));
        Assert.Equal(0, position.Skip(TimeSpan.Zero, TimeSpan.FromSeconds(0.1)));
        // A gap before it counts too.
        position.Received(800);
        Assert.Equal(3_200, position.Skip(TimeSpan.FromSeconds(1.8), TimeSpan.FromSeconds(0.2)));
        Assert.Equal(16_000, position.Samples);
        // To the nearest sample.
        Assert.Equal(1, position.Skip(TimeSpan.FromTicks(TimeSpan.TicksPerSecond * 2), TimeSpan.FromTicks(1_000)));
    }

    [Fact]
    public void The_caller_alone_is_preferred_else_picked_out_of_both()
    {
        HookMedia both = new("audio", "PCMU", 8_000, ["external", "internal"]);
        HookMedia turned = new("audio", "PCMU", 8_000, ["internal", "external"]);
        HookMedia alone = new("audio", "PCMU", 8_000, ["external"]);
        Assert.Same(alone, HookMedia.Choose([both, alone]));
        Assert.Same(turned, HookMedia.Choose([turned, both]));
        Assert.Null(HookMedia.Choose([new("audio", "PCMU", 8_000, ["internal"]), new("audio", "L16", 8_000, ["external"]), new("audio", "PCMU", 16_000, ["external"]), new("video", "PCMU", 8_000, ["external"]), new("audio", "PCMU", 8_000, [])]));
        var samples = new short[4];
        Assert.True(both.TryRead([1, 255, 2, 255], samples, out var count));
        Assert.Equal(new[] { G711.DecodeMuLaw(1), G711.DecodeMuLaw(2) }, samples[..count]);
        Assert.True(turned.TryRead([255, 1, 255, 2], samples, out count));
        Assert.Equal(new[] { G711.DecodeMuLaw(1), G711.DecodeMuLaw(2) }, samples[..count]);
        Assert.False(both.TryRead([1, 2, 3], samples, out _));
        Assert.True(alone.TryRead([7], samples, out count));
        Assert.Equal((1, G711.DecodeMuLaw(7)), (count, samples[0]));
    }

    [Fact]
    public void What_is_written_is_the_documents()
    {
        var head = new HookHead(Id, 4, 3);
        const string envelope = """{"version":"2","type":"TYPE","seq":4,"clientseq":3,"id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","parameters":""";
        Same(envelope, "pong", "{}", HookReply.Plain(head, "pong"));
        Same(envelope, "event", """{"entities":[{"type":"barge_in","data":{}}]}""", HookReply.BargeIn(head));
        Same(envelope, "opened", """{"media":[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}],"supportedLanguages":["en-US"]}""", HookReply.Opened(head, new("audio", "PCMU", 8_000, ["external"]), ["en-US"]));
        Same(envelope, "opened", """{"media":[]}""", HookReply.Opened(head, null, null));
        Same(envelope, "disconnect", """{"reason":"completed","info":"","outputVariables":{"action":"transfer","name":"\"Ada\""}}""", HookReply.Disconnect(head, "completed", "", new Dictionary<string, string> { ["action"] = "transfer", ["name"] = "\"Ada\"" }));
    }

    /// <summary>Real messages with something done to them: nothing throws, and what is read can be told from what is not. CONVERSATION_FUZZ sets how many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(-77)]
    public void Mutated_messages_do_not_throw(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 100_000;
        string[] pieces = ["\"", "{", "}", "[", "]", ":", ",", "\\u0000", "\\ud800", "\\", "null", "-1", "1e999", "99999999999999999999", "[[[[[[[[[[[[[[[[[[", "\"PT9S\"", "\"type\":\"open\",", "\"seq\":0.5,", "true", "é"];
        var read = 0;
        for (var n = 0; n < most; n++)
        {
            var bytes = WireMutator.Mutate(random, Seeds, pieces, Swap);
            try
            {
                var (message, fault) = HookWire.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
                Assert.True(message is null != fault is null);
                read += message is null ? 0 : 1;
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, {n}: {Convert.ToHexString(bytes.ToArray())}{Environment.NewLine}{fault}");
            }
        }

        Assert.InRange(read, most / 100, most / 2);
    }

    /// <summary>Exchanges two values, so that it stays JSON but says something else.</summary>
    private static void Swap(List<byte> bytes, Random random)
    {
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        var parts = text.Split([',', ':']);
        var (one, other) = (parts[random.Next(parts.Length)], parts[random.Next(parts.Length)]);
        if (one.Length > 0 && other.Length > 0)
        {
            bytes.Clear();
            bytes.AddRange(Encoding.UTF8.GetBytes(text.Replace(one, other, StringComparison.Ordinal)));
        }
    }

    private static string Message(string type, string parameters) => $$"""{"version":"2","type":"{{type}}","id":"{{Id}}","seq":3,"serverseq":2,"position":"PT1.5S","parameters":{{parameters}}}""";

    private static HookMessage Read(string text) => HookWire.Read(Encoding.UTF8.GetBytes(text)).Message!;

    private static void Same(string envelope, string type, string parameters, byte[] written) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(envelope.Replace("TYPE", type, StringComparison.Ordinal) + parameters + "}"), JsonNode.Parse(written)), Encoding.UTF8.GetString(written));
}
