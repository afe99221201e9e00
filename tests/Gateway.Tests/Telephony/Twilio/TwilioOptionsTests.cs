using System.Net.Sockets;
using System.Text;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Twilio;
using Conversation.Gateway.Telephony.Twilio.Access;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

public sealed class TwilioOptionsTests
{
    [Fact]
    public void Every_fault_is_told_at_once_by_its_setting()
    {
        Assert.Empty(new TwilioOptions().Faults());
        var faults = new TwilioOptions
        {
            Dialect = "plivo", Path = "v1/", PublicUrl = "talk.example.com", ApiUrl = "ftp://x", Proxies = ["10.0.0.1", "proxy"], PublicKey = "c2hvcnQ=",
            ApiTimeout = TimeSpan.FromMinutes(2), TokenLife = TimeSpan.FromSeconds(61), MaxCalls = 0, Ahead = 4, TransferTo = ["+1", ""], Transfers = new Dictionary<string, string> { ["sales"] = "extension 7" },
        }.Faults().ToArray();
        string[] settings = ["Dialect", "Path", "PublicUrl", "ApiUrl", "Proxies", "PublicKey", "ApiTimeout", "TokenLife", "MaxCalls", "Ahead", "TransferTo", "Transfers:sales"];
        Assert.Equal(settings.Length, faults.Length);
        Assert.All(settings, setting => Assert.Single(faults, fault => fault.StartsWith($"Gateway:Twilio:{setting} ", StringComparison.Ordinal)));
        Assert.Single(new TwilioOptions { Dialect = "telnyx", PublicKey = Convert.ToBase64String(new byte[32]), RequireToken = false }.Faults());
    }

    [Theory]
    [InlineData("sales", "+15557654321")]
    [InlineData("+15551112222", "+15551112222")]
    [InlineData("+1-555-1112222", "+1-555-1112222")]
    [InlineData("+1(555)1112222", "+1(555)1112222")]
    [InlineData("sip:kim@pbx.example.com:5061;transport=tls?x=@y", "sip:kim@pbx.example.com:5061;transport=tls?x=@y")]
    [InlineData("sips:kim:word@PBX.example.com", "sips:kim:word@PBX.example.com")]
    [InlineData("+19005550000", null)]
    [InlineData("15551112222", null)]
    [InlineData("0015551112222", null)]
    [InlineData("sip:kim@evil.example.com;x=@pbx.example.com", null)]
    [InlineData("sip:kim@evil.example.com?x=@pbx.example.com", null)]
    [InlineData("sip:@pbx.example.com@evil.example.com", null)]
    [InlineData("sip:+15551112222@evil.example.com", null)]
    [InlineData("tel:+15551112222", null)]
    [InlineData("Sales", null)]
    public void Only_what_the_configuration_names_or_allows_is_dialled(string asked, string? dialled)
    {
        var options = new TwilioOptions { Transfers = new Dictionary<string, string> { ["sales"] = "+15557654321" }, TransferTo = ["+1 555", "@pbx.example.com"] };
        Assert.Empty(options.Faults());
        Assert.Equal(dialled, TransferTarget.Find(options, asked).Target);
        Assert.Equal(asked == "sales" ? dialled : null, TransferTarget.Find(options with { TransferTo = [] }, asked).Target);
    }

    [Theory]
    [InlineData("@")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("@pbx.example.com:5060")]
    [InlineData("sip:desk@pbx.example.com")]
    public void What_would_allow_everything_or_nothing_cannot_be_allowed(string entry) => Assert.Single(new TwilioOptions { TransferTo = [entry] }.Faults());

    [Fact]
    public async Task A_line_that_is_dead_without_a_word_ends_its_session()
    {
        await using var gateway = await TwilioTests.Start("--Gateway:KeepAlive", "00:00:01", "--Gateway:ClientTimeout", "00:00:02", "--Gateway:Twilio:RequireToken", "false");
        // A socket that answers no ping, as one whose other end is gone.
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/twilio HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\nX-Twilio-Signature: {TwilioPeer.Sign("wss://talk.example.com/v1/twilio", [])}\r\n\r\n"));
        var answer = new byte[1_024];
        Assert.StartsWith("HTTP/1.1 101", Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer)), StringComparison.Ordinal);
        var start = Encoding.ASCII.GetBytes($$$"""{"event":"start","streamSid":"MZ1","start":{"accountSid":"{{{TwilioPeer.Account}}}","streamSid":"MZ1","callSid":"CA1","mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1} } }""");
        // Masked with zeroes: as it is.
        await stream.WriteAsync((byte[])[0x81, 0x80 | 126, (byte)(start.Length >> 8), (byte)start.Length, 0, 0, 0, 0, .. start]);
        TwilioTests.Eventually(() => gateway.Sessions.All.Values.Any(one => one.Request is not null));
        var session = gateway.Sessions.Single;
        TwilioTests.Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
    }

    [Fact]
    public async Task A_stream_that_never_starts_is_closed()
    {
        await using var gateway = await TwilioTests.Start("--Gateway:OpenTimeout", "00:00:01");
        await using var peer = await TwilioPeer.Connect(gateway.Address, "CA1");
        TwilioTests.Eventually(() => peer.Closed);
        Assert.Empty(gateway.Sessions.All);
    }
}
