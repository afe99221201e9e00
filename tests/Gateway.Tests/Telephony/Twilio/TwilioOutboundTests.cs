using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Web;
using System.Xml.Linq;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>What a gateway has Twilio do: ends, transfers and begins calls, against Twilio's REST interface and its side of the call.</summary>
public sealed class TwilioOutboundTests : IAsyncLifetime
{
    private const string Key = "a key of sixteen or more";
    private TwilioRestPeer rest = null!;
    private TestGateway gateway = null!;

    public async Task InitializeAsync()
    {
        rest = await TwilioRestPeer.Start();
        gateway = await Start();
    }

    public async Task DisposeAsync()
    {
        await gateway.DisposeAsync();
        await rest.DisposeAsync();
    }

    [Theory]
    [InlineData("hangup", "", "Status", "completed")]
    [InlineData("transfer", "sales", "Twiml", "<Response><Dial><Number>+15557654321</Number></Dial></Response>")]
    [InlineData("transfer", "+15550000042", "Twiml", "<Response><Dial><Number>+15550000042</Number></Dial></Response>")]
    [InlineData("transfer", "desk", "Twiml", "<Response><Dial><Sip>sip:desk@pbx.example.com?a=1&amp;b=2</Sip></Dial></Response>")]
    public async Task What_the_dialog_asks_for_Twilio_does_and_then_the_stream_ends(string action, string target, string field, string value)
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        session.Client.Send(new SessionEvent.ActionRequested(action, target));
        session.Client.Send(new SessionEvent.Closed(action));
        TwilioTests.Eventually(() => peer.Closed);
        var (path, fields) = Assert.Single(rest.Requests);
        Assert.EndsWith($"/Calls/{peer.Call}.json", path, StringComparison.Ordinal);
        Assert.Equal(KeyValuePair.Create(field, value), Assert.Single(fields));
    }

    [Theory]
    [InlineData("</Number><Hangup/>")]
    [InlineData("nobody's name")]
    [InlineData("+19005550000")]
    [InlineData("sip:desk@elsewhere.example.com")]
    public async Task A_target_that_is_none_is_not_dialled_and_the_call_goes_on_behind_the_stream(string target)
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        var session = Opened();
        session.Client.Send(new SessionEvent.ActionRequested("transfer", target));
        session.Client.Send(new SessionEvent.Closed("transfer"));
        TwilioTests.Eventually(() => peer.Closed);
        Assert.Empty(rest.Requests);
    }

    [Fact]
    public async Task A_transfer_that_Twilio_refuses_ends_the_stream_all_the_same()
    {
        await using var peer = await TwilioPeer.Dial(gateway.Http);
        rest.Script.Enqueue((404, null));
        Opened().Client.Send(new SessionEvent.ActionRequested("transfer", "sales"));
        TwilioTests.Eventually(() => peer.Closed);
        Assert.Single(rest.Requests);
    }

    [Fact]
    public async Task A_call_begun_here_has_the_one_called_for_its_caller_and_knows_what_was_given_along()
    {
        using var answer = await Ask(new JsonObject
        {
            ["carrier"] = "twilio", ["to"] = "+15551230001", ["route"] = "sales", ["ringSeconds"] = 20,
            ["attributes"] = new JsonObject { ["order"] = "42 & more", ["answeredBy"] = "mine", ["from"] = "nobody" },
        });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var (path, fields) = Assert.Single(rest.Requests);
        Assert.EndsWith("/Calls.json", path, StringComparison.Ordinal);
        Assert.Equal(("+15551230001", "+15550001111", "20", false), (fields["To"], fields["From"], fields["Timeout"], fields.ContainsKey("MachineDetection")));
        var url = new Uri(fields["Url"]);
        Assert.StartsWith($"{TwilioPeer.Public}/v1/twilio/voice?note=", url.ToString(), StringComparison.Ordinal);
        Assert.Equal("sales", HttpUtility.ParseQueryString(url.Query)["route"]);

        // Answered, Twilio asks there: from is ours now, to the one called.
        var call = (string)body["callId"]!;
        using var request = TwilioPeer.Ask(call, url.Query, "+15550001111", "+15551230001", null, ("Direction", "outbound-api"), ("AnsweredBy", "human"));
        using var asked = await gateway.Http.SendAsync(request);
        var parameters = XElement.Parse(await asked.Content.ReadAsStringAsync()).Descendants("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!);
        await using var peer = await TwilioPeer.Connect(gateway.Address, call);
        await peer.Start(parameters);
        var session = Opened();
        var caller = session.Request.Caller!;
        Assert.Equal(("+15551230001", "+15550001111", true, "human"), (caller.Number, caller.Called, caller.Outbound, caller.AnsweredBy));
        Assert.Equal(("42 & more", "human", (string?)body["id"]), (caller.Attributes["order"], caller.Attributes["answeredBy"], caller.Attributes["id"]));
        Assert.False(caller.Attributes.ContainsKey("from"));
        Assert.Equal(("acme", "seller"), (session.Request.Tenant, session.Request.Settings.Responder));
    }

    [Fact]
    public async Task A_call_begun_by_somebody_else_at_Twilio_has_the_one_called_for_its_caller_too()
    {
        var call = TwilioPeer.NewCall();
        using var request = TwilioPeer.Ask(call, "", "+15550001111", "+15551230001", null, ("Direction", "outbound-api"));
        using var asked = await gateway.Http.SendAsync(request);
        var parameters = XElement.Parse(await asked.Content.ReadAsStringAsync()).Descendants("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!);
        Assert.Equal(("+15551230001", "+15550001111", "1"), (parameters["from"], parameters["to"], parameters["outbound"]));
    }

    [Theory]
    [InlineData("human", "human")]
    [InlineData("machine_start", "machine")]
    [InlineData("machine_end_beep", "machine")]
    [InlineData("fax", "machine")]
    [InlineData("unknown", "unknown")]
    [InlineData("somebody", "")]
    [InlineData(null, "")]
    public async Task Who_answered_is_told_in_the_words_of_the_platform(string? twilio, string platform)
    {
        var call = TwilioPeer.NewCall();
        using var request = TwilioPeer.Ask(call, "", "+15550001111", "+15551230001", null, [("Direction", "outbound-api"), .. twilio is null ? [] : new[] { ("AnsweredBy", twilio) }]);
        using var asked = await gateway.Http.SendAsync(request);
        await using var peer = await TwilioPeer.Connect(gateway.Address, call);
        await peer.Start(XElement.Parse(await asked.Content.ReadAsStringAsync()).Descendants("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!));
        Assert.Equal(platform, Opened().Request.Caller!.AnsweredBy);
    }

    [Fact]
    public async Task Twilio_listens_for_machines_only_where_that_is_set_up_and_asked_for()
    {
        await using var listening = await Start("--Gateway:Twilio:MachineDetection", "true");
        using var without = await Ask(new JsonObject { ["carrier"] = "twilio", ["to"] = "+15551230001" }, of: listening);
        using var with = await Ask(new JsonObject { ["carrier"] = "twilio", ["to"] = "+15551230001", ["detectMachine"] = true }, of: listening);
        Assert.Equal([null, "Enable"], rest.Requests.Select(request => request.Fields.GetValueOrDefault("MachineDetection")));
    }

    [Theory]
    [InlineData("sales", null, "talk")]
    [InlineData("sales", "hangup", "hangup")]
    [InlineData("", null, "message")]
    public async Task With_a_machine_becomes_of_it_what_the_request_says_else_its_route_else_the_gateway(string route, string? asks, string becomes)
    {
        await using var set = await Start("--Gateway:Twilio:Routes:sales:WhenMachine", "talk", "--Gateway:Outbound:Answering:WhenMachine", "message");
        var body = new JsonObject { ["carrier"] = "twilio", ["to"] = "+15551230001", ["route"] = route, ["detectMachine"] = true };
        if (asks is not null)
        {
            body["whenMachine"] = asks;
        }

        using var answer = await Ask(body, of: set);
        var call = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["callId"]!;
        using var request = TwilioPeer.Ask(call, new Uri(Assert.Single(rest.Requests).Fields["Url"]).Query, "+15550001111", "+15551230001", null, ("Direction", "outbound-api"));
        using var asked = await set.Http.SendAsync(request);
        await using var peer = await TwilioPeer.Connect(set.Address, call);
        await peer.Start(XElement.Parse(await asked.Content.ReadAsStringAsync()).Descendants("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!));
        TwilioTests.Eventually(() => !set.Sessions.All.IsEmpty);
        Assert.Equal(becomes, set.Sessions.All.Values.First().Request.Caller!.Attributes["when_machine"]);
    }

    [Theory]
    [InlineData("another key of sixteen", "+15551230001", "twilio", "", 401, "invalid_api_key")]
    [InlineData(Key, "+4930123456", "twilio", "", 400, "number_not_allowed")]
    [InlineData(Key, "+1555\"; drop", "twilio", "", 400, "bad_setting")]
    [InlineData(Key, "+15551230001", "pigeon", "", 404, "unknown_carrier")]
    [InlineData(Key, "+15551230001", "twilio", "nowhere", 404, "unknown_route")]
    public async Task What_may_not_be_called_is_refused_before_Twilio_hears_of_it(string key, string to, string carrier, string route, int status, string code)
    {
        using var answer = await Ask(new JsonObject { ["carrier"] = carrier, ["to"] = to, ["route"] = route }, key);
        Assert.Equal((status, code), ((int)answer.StatusCode, await Code(answer)));
        Assert.Empty(rest.Requests);
    }

    [Fact]
    public async Task No_more_calls_are_begun_in_a_minute_than_may_be()
    {
        await using var few = await Start("--Gateway:Outbound:PerMinute", "2");
        List<int> statuses = [];
        for (var n = 0; n < 3; n++)
        {
            using var answer = await Ask(new JsonObject { ["carrier"] = "twilio", ["to"] = "+15551230001" }, of: few);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([201, 201, 429], statuses);
        Assert.Equal(2, rest.Requests.Count);
    }

    [Fact]
    public async Task Twilios_own_refusal_is_told_and_a_Twilio_that_is_not_there_is_too()
    {
        await using var open = await Start("--Gateway:Outbound:Prefixes:0", "0");
        using var refused = await Ask(new JsonObject { ["carrier"] = "twilio", ["to"] = "0555" }, of: open);
        Assert.Equal((502, "carrier_refused"), ((int)refused.StatusCode, await Code(refused)));
        Assert.Contains("is not a valid phone number", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await using var alone = await Start("--Gateway:Twilio:ApiUrl", "http://127.0.0.1:1");
        using var unavailable = await Ask(new JsonObject { ["carrier"] = "twilio", ["to"] = "+15551230001" }, of: alone);
        Assert.Equal((503, "carrier_unavailable"), ((int)unavailable.StatusCode, await Code(unavailable)));
    }

    [Fact]
    public async Task Without_a_public_address_nobody_can_be_called()
    {
        await using var hidden = await TestGateway.Start("--Gateway:Twilio:Enabled", "true", "--Gateway:Twilio:AuthToken", TwilioPeer.Secret, "--Gateway:Twilio:AccountSid", TwilioPeer.Account, "--Gateway:Outbound:Keys:0", Key);
        using var answer = await Ask(new JsonObject { ["carrier"] = "twilio", ["to"] = "+15551230001" }, of: hidden);
        Assert.Equal("unknown_carrier", await Code(answer));
    }

    private Task<TestGateway> Start(params string[] also) => TwilioTests.Start([
        "--Gateway:Twilio:ApiUrl", rest.Url, "--Gateway:Twilio:From", "+15550001111", "--Gateway:Twilio:Transfers:sales", "+15557654321", "--Gateway:Twilio:Transfers:desk", "sip:desk@pbx.example.com?a=1&b=2", "--Gateway:Twilio:TransferTo:0", "+1555",
        "--Gateway:Outbound:Keys:0", Key, "--Gateway:Outbound:Prefixes:0", "+1", .. also]);

    private async Task<HttpResponseMessage> Ask(JsonObject body, string key = Key, TestGateway? of = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/calls") { Content = JsonContent.Create(body) };
        request.Headers.Add("Authorization", $"Bearer {key}");
        return await (of ?? gateway).Http.SendAsync(request);
    }

    private static async Task<string?> Code(HttpResponseMessage answer) => (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"];

    private FakeSession Opened()
    {
        TwilioTests.Eventually(() => !gateway.Sessions.All.IsEmpty);
        return gateway.Sessions.Single;
    }
}
