using System.Text;
using Conversation.Gateway.Telephony.Ari;

namespace Conversation.Gateway.Tests.Telephony;

public class AriWireTests
{
    private const string Enters = """{"type":"StasisStart","timestamp":"2026-11-21T04:30:00.123+0000","args":["billing","x"],"channel":{"id":"1700000000.1","name":"PJSIP/phone-00000000","state":"Ring","protocol_id":"abc","caller":{"name":"Anna","number":"+15551234567"},"connected":{"name":"","number":""},"accountcode":"","dialplan":{"context":"gw","exten":"120","priority":1,"app_name":"Stasis","app_data":"conversation,billing,x"},"creationtime":"2026-11-21T04:30:00.000+0000","language":"en","channelvars":{"CUSTOMER":"77","EMPTY":""}},"asterisk_id":"00:00","application":"conversation"}""";

    private static readonly string[] Seeds =
    [
        Enters,
        """{"type":"StasisEnd","timestamp":"x","channel":{"id":"1.1","name":"PJSIP/phone-0","state":"Up"},"application":"conversation"}""",
        """{"cause":17,"cause_txt":"User busy","type":"ChannelDestroyed","channel":{"id":"out-1","name":"PJSIP/phone-1","state":"Down","caller":{"name":"","number":""},"dialplan":{"context":"default","exten":"s","priority":1,"app_name":"AppDial2","app_data":"(Outgoing Line)"}}}""",
        """{"type":"ApplicationReplaced","application":"conversation"}""",
        """{"type":"ChannelVarset","variable":"BRIDGEPEER","value":"","channel":{"id":"1.1"}}""",
        """{"id":"m","name":"WebSocket/INCOMING/0x7f","state":"Down","channelvars":{"MEDIA_WEBSOCKET_CONNECTION_ID":"5c4f","MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE":"640"}}""",
        """[{"id":"1.1","dialplan":{"app_name":"AudioSocket","app_data":"0000a1b2-0000-4000-8000-000000000001,127.0.0.1:5090"}},{"id":"1.2"}]""",
        """{"name":"conversation","channel_ids":["1.1","m"],"bridge_ids":[],"endpoint_ids":[],"device_names":[]}""",
        """{"message":"Channel not found"}""",
    ];

    [Fact]
    public void A_channel_that_enters_is_read_with_its_caller()
    {
        var read = AriWire.ReadEvent(Encoding.UTF8.GetBytes(Enters))!;
        Assert.Equal((AriEvent.Enters, "billing x"), (read.Type, string.Join(' ', read.Arguments)));
        var channel = read.Channel!;
        Assert.Equal(("1700000000.1", "PJSIP/phone-00000000", "Ring", "+15551234567", "Anna", "120"), (channel.Id, channel.Name, channel.State, channel.CallerNumber, channel.CallerName, channel.Extension));
        Assert.Equal("77", channel.Variables["CUSTOMER"]);
    }

    [Fact]
    public void What_ends_an_outbound_call_is_read() => Assert.Equal(("out-1", 17), (AriWire.ReadEvent(Encoding.UTF8.GetBytes(Seeds[2]))!.Channel!.Id, AriWire.ReadEvent(Encoding.UTF8.GetBytes(Seeds[2]))!.Cause));

    [Fact]
    public void Answers_are_read()
    {
        Assert.Equal("5c4f", AriWire.ReadChannel(Encoding.UTF8.GetBytes(Seeds[5]))!.Variables["MEDIA_WEBSOCKET_CONNECTION_ID"]);
        Assert.Equal(["1.1", "1.2"], AriWire.ReadChannels(Encoding.UTF8.GetBytes(Seeds[6])).Select(channel => channel.Id));
        Assert.Equal(["1.1", "m"], AriWire.ReadMembers(Encoding.UTF8.GetBytes(Seeds[7])));
        Assert.Equal("Channel not found", AriWire.ReadFault(Encoding.UTF8.GetBytes(Seeds[8])));
        Assert.Empty(AriWire.ReadChannels(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":\"\\ud800\"}")]
    [InlineData("{\"type\":\"StasisStart\"")]
    public void What_is_no_event_is_none(string text) => Assert.Null(AriWire.ReadEvent(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("PJSIP/phone-00000001", true)]
    [InlineData("Local/100@gw-00000001;2", true)]
    [InlineData("", false)]
    [InlineData("x),SHELL(ls", false)]
    [InlineData("x,y", false)]
    public void Only_a_channels_name_stands_in_a_function(string name, bool fits) => Assert.Equal(fits, AsteriskPlan.IsChannelName(name));

    /// <summary>Real messages with something done to them: nothing throws, and what is read is bounded. CONVERSATION_FUZZ sets how many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Mutated_messages_do_not_throw(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 30_000;
        string[] pieces = ["\"", "{", "}", "[", "]", ":", ",", " ", "\\u0000", "\\ud800", "\\", "\"id\"", "null", "1e999", "[[[[[[[[[[[[[[[[[[[[", "\"channel\":{\"id\":\"1\"}", "\u00e9", "-"];
        for (var n = 0; n < most; n++)
        {
            var bytes = WireMutator.Mutate(random, Seeds, pieces);
            var text = bytes.ToArray();
            try
            {
                Assert.NotEqual("", AriWire.ReadEvent(text)?.Type);
                Assert.True(AriWire.ReadChannel(text) is not { } channel || (channel.Id.Length is > 0 and <= 1_024 && channel.Variables.Count <= 64));
                Assert.All(AriWire.ReadChannels(text), item => Assert.NotEqual("", item.Id));
                AriWire.ReadMembers(text);
                AriWire.ReadFault(text);
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, {n}: {Convert.ToHexString(text)}{Environment.NewLine}{fault}");
            }
        }
    }
}
