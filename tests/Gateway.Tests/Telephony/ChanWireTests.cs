using System.Text;
using Conversation.Gateway.Telephony.ChanWebSocket;

namespace Conversation.Gateway.Tests.Telephony;

public class ChanWireTests
{
    private static readonly string[] Seeds =
    [
        """{"event":"MEDIA_START","connection_id":"gw","channel":"WebSocket/gw-1","channel_id":"1.2","format":"slin16","optimal_frame_size":640,"ptime":20,"channel_variables":{"a":"b","c":{"d":[1,2]}}}""",
        "MEDIA_START connection_id:gw channel:WebSocket/gw-1 channel_id:1.2 format:slin optimal_frame_size:320 ptime:20",
        """{"event":"MEDIA_MARK_PROCESSED","channel_id":"1.2","correlation_id":"3-4800"}""",
        "MEDIA_MARK_PROCESSED 3-4800",
        "MEDIA_BUFFERING_COMPLETED",
        "DTMF_END digit:5 channel_id:1.2",
        """{"event":"DTMF_END","channel_id":"1.2","digit":"#"}""",
        "STATUS channel_id:1.2 queue_length:5 xon_level:800 xoff_level:900 queue_full:false bulk_media:false media_paused:false",
        """{"event":"STATUS","channel_id":"1.2","queue_length":5,"xon_level":800,"xoff_level":900,"queue_full":false,"bulk_media":false,"media_paused":true}""",
        "ERROR channel_id:1.2 error_text:FLUSH_MEDIA not supported in passthrough mode",
        """{"event":"MEDIA_XOFF","channel_id":"1.2"}""",
        "QUEUE_DRAINED",
    ];

    [Fact]
    public void The_start_is_read_in_both_dialects()
    {
        var json = Read(Seeds[0])!;
        Assert.Equal(new ChanEvent("MEDIA_START") { Json = true, ChannelId = "1.2", Format = "slin16", FrameBytes = 640, FrameMs = 20, Variables = json.Variables }, json);
        Assert.Equal("b", Assert.Single(json.Variables, variable => variable.Key == "a").Value);
        Assert.Equal(new ChanEvent("MEDIA_START") { ChannelId = "1.2", Format = "slin", FrameBytes = 320, FrameMs = 20 }, Read(Seeds[1]));
    }

    [Fact]
    public void Marks_keys_and_errors_are_read_in_both_dialects()
    {
        Assert.Equal((3, 4_800L), ChanWire.ReadMark(Read(Seeds[2])!.CorrelationId));
        Assert.Equal((3, 4_800L), ChanWire.ReadMark(Read(Seeds[3])!.CorrelationId));
        Assert.Equal("", Read(Seeds[4])!.CorrelationId);
        Assert.Equal('5', Read(Seeds[5])!.Digit);
        Assert.Equal('#', Read(Seeds[6])!.Digit);
        Assert.Equal("FLUSH_MEDIA not supported in passthrough mode", Read(Seeds[9])!.ErrorText);
        Assert.Equal("MEDIA_XOFF", Read(Seeds[10])!.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("{\"event\":5}")]
    [InlineData("{\"event\":\"STATUS\"")]
    [InlineData("{\"event\":\"STATUS\"} more")]
    [InlineData("[\"event\"]")]
    public void What_is_no_event_is_none(string text) => Assert.Null(Read(text));

    [Theory]
    [InlineData("x-1")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1--2")]
    [InlineData("99999999999-1")]
    public void A_mark_that_is_none_of_ours_is_none(string name) => Assert.Null(ChanWire.ReadMark(name));

    [Fact]
    public void Commands_fit_what_Asterisk_reads()
    {
        var mark = ChanWire.MarkName(int.MaxValue, long.MaxValue);
        Assert.True(ChanWire.Command(json: true, "START_MEDIA_BUFFERING", mark).Length <= ChanWire.LongestCommand);
        Assert.Equal("""{"command":"MARK_MEDIA","correlation_id":"3-4800"}""", Encoding.ASCII.GetString(ChanWire.Command(true, "MARK_MEDIA", ChanWire.MarkName(3, 4_800))));
        Assert.Equal("MARK_MEDIA 3-4800", Encoding.ASCII.GetString(ChanWire.Command(false, "MARK_MEDIA", ChanWire.MarkName(3, 4_800))));
        Assert.Equal("FLUSH_MEDIA", Encoding.ASCII.GetString(ChanWire.Command(false, "FLUSH_MEDIA")));
        Assert.Equal("""{"command":"HANGUP"}""", Encoding.ASCII.GetString(ChanWire.Command(true, "HANGUP")));
    }

    /// <summary>Real events with something done to them: nothing throws, and what is read has a name. CONVERSATION_FUZZ sets how many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(-77)]
    public void Mutated_events_do_not_throw(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 100_000;
        string[] pieces = ["\"", "{", "}", ":", ",", " ", "\\u0000", "\\", "digit:", "correlation_id", "\"event\"", "9999999999", "[[[[[[[[[[", "null", "\u00e9"];
        for (var n = 0; n < most; n++)
        {
            var bytes = WireMutator.Mutate(random, Seeds, pieces);
            try
            {
                Assert.NotEqual("", ChanWire.Read(bytes.ToArray())?.Name);
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, {n}: {Convert.ToHexString(bytes.ToArray())}{Environment.NewLine}{fault}");
            }
        }
    }

    private static ChanEvent? Read(string text) => ChanWire.Read(Encoding.UTF8.GetBytes(text));
}
