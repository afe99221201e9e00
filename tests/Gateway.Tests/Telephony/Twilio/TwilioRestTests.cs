using System.Collections.Concurrent;
using System.Xml.Linq;
using Conversation.Gateway.Telephony.Twilio;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Telephony.Twilio.Rest;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>The carrier's REST interface: what is asked, what is tried again and what is not, and what is said of a failure.</summary>
public sealed class TwilioRestTests : IAsyncLifetime
{
    private readonly NoWait time = new();
    private TwilioRestPeer peer = null!;
    private TwilioRest rest = null!;

    public async Task InitializeAsync()
    {
        peer = await TwilioRestPeer.Start();
        rest = Client(new TwilioOptions { AccountSid = TwilioPeer.Account, AuthToken = TwilioPeer.Secret, ApiUrl = peer.Url });
    }

    public async Task DisposeAsync()
    {
        rest.Dispose();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Hanging_up_and_transferring_change_the_call()
    {
        Assert.True((await rest.HangUpAsync("CA1")).Done);
        Assert.True((await rest.TransferAsync("CA1", "+15557654321")).Done);
        Assert.All(peer.Requests, request => Assert.Equal($"/2010-04-01/Accounts/{TwilioPeer.Account}/Calls/CA1.json", request.Path));
        Assert.Equal(["Status=completed", "Twiml=<Response><Dial><Number>+15557654321</Number></Dial></Response>"], peer.Requests.Select(Written));
    }

    [Fact]
    public async Task Telnyx_has_paths_and_bodies_of_its_own()
    {
        using var telnyx = Client(new TwilioOptions { Dialect = "telnyx", ApiKey = TwilioRestPeer.ApiKey, ApiUrl = peer.Url + "/" });
        Assert.True((await telnyx.HangUpAsync("v3:a/b")).Done);
        Assert.True((await telnyx.TransferAsync("v3:a", "+15557654321")).Done);
        Assert.Equal(["={}", """={"to":"\u002B15557654321"}"""], peer.Requests.Select(Written));
        Assert.EndsWith("/actions/transfer", peer.Requests.Last().Path);
    }

    [Theory]
    [InlineData("sip:a@b.example?x=1&y=<Hangup/>'\"", "Sip")]
    [InlineData("SIPS:desk@example.com;user=phone", "Sip")]
    [InlineData("(555)765-4321", "Number")]
    public void A_target_is_text_within_its_verb_whatever_it_holds(string target, string verb)
    {
        Assert.True(Twiml.IsTarget(target));
        var element = Assert.Single(Assert.Single(XElement.Parse(Twiml.Dial(target)).Elements()).Elements());
        Assert.Equal((verb, target, false), (element.Name.LocalName, element.Value, element.HasElements));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sales")]
    [InlineData("+")]
    [InlineData("+1555</Number></Dial><Hangup/>")]
    [InlineData("+1555 1234567")]
    [InlineData("sip:nobody")]
    [InlineData("sip:a@b\r\nX: y")]
    [InlineData("https://example.com/")]
    [InlineData("client:mallory")]
    [InlineData("٠١٢٣٤٥٦")]
    public void What_is_no_number_and_no_SIP_address_is_no_target(string target) => Assert.False(Twiml.IsTarget(target));

    [Fact]
    public async Task A_carrier_that_fails_or_says_wait_is_asked_again_at_most_three_times_in_all()
    {
        peer.Script.Enqueue((500, null));
        peer.Script.Enqueue((429, "2"));
        Assert.True((await rest.HangUpAsync("CA1")).Done);
        Assert.Equal(3, peer.Requests.Count);
        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2)], time.Waits);
        for (var n = 0; n < 4; n++)
        {
            peer.Script.Enqueue((503, null));
        }

        var failed = await rest.HangUpAsync("CA1");
        Assert.Equal("503 An internal server error has occurred", failed.Fault);
        Assert.Equal(6, peer.Requests.Count);
    }

    [Fact]
    public async Task Nobody_is_kept_waiting_longer_than_a_caller_stays()
    {
        peer.Script.Enqueue((429, "120"));
        Assert.Equal("429 Too Many Requests", (await rest.HangUpAsync("CA1")).Fault);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task What_is_refused_is_not_tried_again_and_says_why()
    {
        Assert.StartsWith("404 The requested resource", (await rest.HangUpAsync("CA404")).Fault, StringComparison.Ordinal);
        using var wrong = Client(new TwilioOptions { AccountSid = TwilioPeer.Account, AuthToken = "another", ApiUrl = peer.Url });
        Assert.Equal("401 Authenticate", (await wrong.HangUpAsync("CA1")).Fault);
        Assert.Equal(2, peer.Requests.Count);
    }

    [Fact]
    public async Task A_call_that_may_have_begun_is_not_begun_again()
    {
        peer.Script.Enqueue((500, null));
        var failed = await rest.CallAsync([("To", "+15551230001")]);
        Assert.Equal((false, true), (failed.Done, failed.Answered));
        Assert.Single(peer.Requests);
        peer.Script.Enqueue((429, null));
        var begun = await rest.CallAsync([("To", "+15551230001")]);
        Assert.StartsWith("CA", begun.CallId, StringComparison.Ordinal);
        Assert.Equal(3, peer.Requests.Count);
    }

    [Fact]
    public async Task No_answer_in_time_is_told_as_such_and_a_call_is_not_begun_again()
    {
        using var hasty = new TwilioRest(new GatewayOptions { Twilio = new TwilioOptions { AccountSid = TwilioPeer.Account, AuthToken = TwilioPeer.Secret, ApiUrl = peer.Url, ApiTimeout = TimeSpan.FromMilliseconds(100) } }, TimeProvider.System, NullLogger<TwilioRest>.Instance);
        peer.Script.Enqueue((0, null));
        var failed = await hasty.CallAsync([("To", "+15551230001")]);
        Assert.Equal(("no answer in time", false), (failed.Fault, failed.Answered));
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_carrier_that_is_not_there_is_tried_three_times()
    {
        using var nowhere = Client(new TwilioOptions { AccountSid = TwilioPeer.Account, AuthToken = TwilioPeer.Secret, ApiUrl = "http://127.0.0.1:1" });
        var failed = await nowhere.CallAsync([("To", "+15551230001")]);
        Assert.Equal((false, false), (failed.Done, failed.Answered));
        Assert.Equal([TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)], time.Waits);
    }

    [Fact]
    public void Every_wrong_address_is_told_by_its_setting_and_all_at_once()
    {
        var faults = new TwilioOptions { ApiUrl = "api.twilio.com", PublicUrl = "wss://talk.example.com", Path = "v1", Dialect = "vonage", ApiTimeout = TimeSpan.Zero }.Faults().ToList();
        Assert.All(new[] { "ApiUrl", "PublicUrl", "Path", "Dialect", "ApiTimeout" }, setting => Assert.Contains(faults, fault => fault.StartsWith($"Gateway:Twilio:{setting} ", StringComparison.Ordinal)));
        Assert.Equal(5, faults.Count);
    }

    private static string Written((string Path, Dictionary<string, string> Fields) request) => string.Join('&', request.Fields.Select(field => $"{field.Key}={field.Value}"));

    private TwilioRest Client(TwilioOptions options) => new(new GatewayOptions { Twilio = options with { ApiTimeout = TimeSpan.FromSeconds(60) } }, time, NullLogger<TwilioRest>.Instance);

    /// <summary>Waits between tries are over at once, and written down; time limits are those of the system.</summary>
    private sealed class NoWait : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Waits { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime <= TimeSpan.Zero || dueTime >= TimeSpan.FromSeconds(60))
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Waits.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
    }
}
