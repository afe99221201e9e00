using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Sessions;
using Conversation.TestKit;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>The token that a stream shows, and the note that a call made from here takes along.</summary>
public sealed class StreamTokenTests
{
    private static readonly GatewayOptions Options = new() { Twilio = new() { AuthToken = TwilioPeer.Secret } };
    private static readonly Dictionary<string, string> Parameters = new() { ["route"] = "sales", ["from"] = "+15551230001" };
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    private readonly ManualTime time = new();

    [Fact]
    public void It_is_taken_once_in_its_time_for_its_call_with_its_parameters()
    {
        var tokens = new StreamTokens(Options, time);
        var token = tokens.Mint("CA1", Parameters, Life);
        Assert.Equal("no token", tokens.Redeem("", "CA1", Parameters));
        Assert.Equal("a wrong token", tokens.Redeem(token, "CA2", Parameters));
        Assert.Equal("a wrong token", tokens.Redeem(token, "CA1", new Dictionary<string, string>(Parameters) { ["route"] = "vip" }));
        Assert.Equal("a wrong token", tokens.Redeem(token, "CA1", new Dictionary<string, string>(Parameters) { ["also"] = "" }));
        Assert.Equal("a wrong token", tokens.Redeem(token, "CA1", new Dictionary<string, string> { ["route"] = "sales" }));
        Assert.Equal("a wrong token", tokens.Redeem(token, "CA1", new Dictionary<string, string> { ["route"] = "salesfrom", [""] = "+15551230001" }));
        Assert.Null(tokens.Redeem(token, "CA1", new Dictionary<string, string>(Parameters.Reverse()) { ["token"] = token }));
        Assert.Equal("a token that was used before", tokens.Redeem(token, "CA1", Parameters));
    }

    [Fact]
    public void No_character_of_it_can_be_changed()
    {
        var tokens = new StreamTokens(Options, time);
        var token = tokens.Mint("CA1", Parameters, Life);
        for (var n = 0; n < token.Length; n++)
        {
            foreach (var other in new[] { token[n] == 'A' ? 'B' : 'A', '!', 'é' })
            {
                Assert.Equal("a wrong token", tokens.Redeem(token[..n] + other + token[(n + 1)..], "CA1", Parameters));
            }

            Assert.NotNull(tokens.Redeem(token[..n], "CA1", Parameters));
        }

        Assert.Null(tokens.Redeem(token, "CA1", Parameters));
    }

    [Fact]
    public void Its_time_ends()
    {
        var tokens = new StreamTokens(Options, time);
        var (one, other) = (tokens.Mint("CA1", Parameters, Life), tokens.Mint("CA1", Parameters, Life));
        time.Advance(Life - TimeSpan.FromMilliseconds(1));
        Assert.Null(tokens.Redeem(one, "CA1", Parameters));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("a token whose time is up", tokens.Redeem(other, "CA1", Parameters));
        Assert.Equal("a token whose time is up", tokens.Redeem(one, "CA1", Parameters));
    }

    [Fact]
    public void Another_gateway_with_the_same_secret_takes_it_and_one_with_another_does_not()
    {
        var token = new StreamTokens(Options, time).Mint("CA1", Parameters, Life);
        Assert.Null(new StreamTokens(Options, time).Redeem(token, "CA1", Parameters));
        Assert.Equal("a wrong token", new StreamTokens(new GatewayOptions { Twilio = new() { AuthToken = "another" } }, time).Redeem(token, "CA1", Parameters));
        Assert.Equal("a wrong token", new StreamTokens(new GatewayOptions(), time).Redeem(token, "CA1", Parameters));
    }

    [Fact]
    public void A_request_sent_again_gets_no_second_stream_however_late()
    {
        var tokens = new StreamTokens(Options, time);
        Assert.Null(tokens.Redeem(tokens.Mint("", Parameters, Life, "signature"), "", Parameters));
        for (var n = 0; n < 10; n++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("a token that was used before", tokens.Redeem(tokens.Mint("", Parameters, Life, "signature"), "", Parameters));
            Assert.Null(tokens.Redeem(tokens.Mint("", Parameters, Life, $"signature {n}"), "", Parameters));
        }
    }

    [Fact]
    public async Task A_stream_without_a_good_token_opens_no_session()
    {
        await using var gateway = await TwilioTests.Start();
        Dictionary<string, string> good;
        await using (var peer = await TwilioPeer.Dial(gateway.Http, "?route=sales", call: "CA7"))
        {
            good = peer.Parameters;
            TwilioTests.Eventually(() => gateway.Sessions.All.Count == 1);
            await peer.HangUp();
            TwilioTests.Eventually(() => peer.Closed);
        }

        // The signature of a stream is the same for each: whoever has seen one gets so far and no further.
        foreach (var shown in new[] { good, new Dictionary<string, string>(good) { ["token"] = "" }, [] })
        {
            await using var replay = await TwilioPeer.Connect(gateway.Address, "CA7");
            await replay.Start(shown);
            TwilioTests.Eventually(() => replay.Closed);
        }

        using var ask = TwilioPeer.Ask("CA8", "?route=sales");
        var twiml = System.Xml.Linq.XElement.Parse(await (await gateway.Http.SendAsync(ask)).Content.ReadAsStringAsync());
        var fresh = twiml.Descendants("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!);
        foreach (var (call, account, parameters) in new[] { ("CA9", TwilioPeer.Account, fresh), ("CA8", "AC0", fresh), ("CA8", TwilioPeer.Account, new Dictionary<string, string>(fresh) { ["from"] = "+19990000000" }), ("", TwilioPeer.Account, fresh) })
        {
            await using var other = await TwilioPeer.Connect(gateway.Address, call);
            await other.Start(parameters, account: account);
            TwilioTests.Eventually(() => other.Closed);
        }

        Assert.Single(gateway.Sessions.All);
        await using var right = await TwilioPeer.Connect(gateway.Address, "CA8");
        await right.Start(fresh);
        TwilioTests.Eventually(() => gateway.Sessions.All.Count == 2);
    }

    [Fact]
    public void A_note_is_read_with_the_same_secret_and_by_nobody_else()
    {
        var notes = new OutboundNote(Options);
        var attributes = new Dictionary<string, string> { ["customer"] = "Ana Müller, overdue", ["id"] = "o1" };
        var note = notes.Seal(attributes);
        Assert.Equal(attributes, new OutboundNote(Options).Open(note));
        Assert.NotEqual(note, notes.Seal(attributes));
        Assert.DoesNotContain("Ana", System.Text.Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(note)), StringComparison.Ordinal);
        Assert.Empty(new OutboundNote(new GatewayOptions { Twilio = new() { AuthToken = "another" } }).Open(note));
        foreach (var wrong in new[] { "", "A", "!!", note[..^2], note[2..], (note[0] == 'A' ? "B" : "A") + note[1..], new string('A', 4_000), Convert.ToBase64String("{}"u8) })
        {
            Assert.Empty(notes.Open(wrong));
        }
    }

    [Fact]
    public async Task A_note_goes_through_the_webhook_and_the_stream_to_the_session_and_is_never_plain()
    {
        await using var gateway = await TwilioTests.Start();
        // One is longer than a parameter of a stream may be, one has a name that is taken.
        var attributes = new Dictionary<string, string> { ["customer"] = "Ana", ["history"] = string.Concat(Enumerable.Range(0, 300).Select(n => $"{n} ")), ["route"] = "x" };
        var note = new OutboundNote(Options).Seal(attributes);
        await using var peer = await TwilioPeer.Dial(gateway.Http, $"?note={note}");
        TwilioTests.Eventually(() => gateway.Sessions.All.Values.Any(session => session.Request is not null));
        var caller = gateway.Sessions.Single.Request.Caller!;
        Assert.True(caller.Outbound);
        Assert.Equal("+15559990000", caller.Number);
        attributes.Remove("route");
        Assert.Equal(attributes, caller.Attributes.Where(one => one.Key != "callSid").ToDictionary());
        Assert.DoesNotContain(peer.Parameters, one => one.Value.Contains("Ana", StringComparison.Ordinal) || one.Key == "history");
    }
}
