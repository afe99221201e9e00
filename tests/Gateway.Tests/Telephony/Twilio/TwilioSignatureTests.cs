using System.Net;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>X-Twilio-Signature, by the examples in the tests of Twilio's own library (twilio-csharp), and at both of the gateway's doors.</summary>
public sealed class TwilioSignatureTests
{
    // Published: auth token 12345.
    private static readonly KeyValuePair<string, string>[] Published = [new("CallSid", "CA1234567890ABCDE"), new("From", "+14158675309"), new("Digits", "1234"), new("To", "+18005551212"), new("Caller", "+14158675309")];

    [Theory]
    [InlineData("https://mycompany.com", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("https://MyCompany.com", "g9IN/x4Cft2g517EjYvEvM/W7LU=")]
    [InlineData("https://MyCompany.com:1234", "PCqOZm8cnu/L6+u5i5fuEd+Iac4=")]
    [InlineData("http://MyCompany.com", "XY7AlKOKL6im4yWyX84gldUrtis=")]
    [InlineData("http://username:password@MyCompany.com", "PJ08CxXr7KLPjEQCTc8LkUSMwSM=")]
    [InlineData("http://Username:Password@MyCompany.com", "SkTSKyDJH9kUlhItI0slbgZ1UsI=")]
    [InlineData("https://mycompany.com:1234", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("http://mycompany.com:1234", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=")]
    [InlineData("https://mycompany.com", "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    [InlineData("http://mycompany.com", "0ZXoZLH/DfblKGATFgpif+LLRf4=")]
    [InlineData("https://mycompany.com:1234", "CYn1h0gLBdNxDGkKJg6hYohgeD8=")]
    public void Published_signatures_fit_and_no_other(string root, string signature)
    {
        var urls = PublicAddress.Forms(root, "/myapp.php?foo=1&bar=2", socket: false);
        Assert.True(TwilioSignature.Fits("12345", urls, Published, signature));
        Assert.True(TwilioSignature.Fits("12345", urls, Published.Reverse(), signature));
        Assert.False(TwilioSignature.Fits("12346", urls, Published, signature));
        Assert.False(TwilioSignature.Fits("", urls, Published, signature));
        Assert.False(TwilioSignature.Fits("12345", urls, Published.Skip(1), signature));
        Assert.False(TwilioSignature.Fits("12345", urls, [.. Published, new("Digits", "2")], signature));
        Assert.False(TwilioSignature.Fits("12345", PublicAddress.Forms(root, "/myapp.php?foo=1&bar=3", false), Published, signature));
        Assert.False(TwilioSignature.Fits("12345", PublicAddress.Forms("https://example.com", "/myapp.php?foo=1&bar=2", false), Published, signature));
        foreach (var wrong in new[] { null, "", "NOT" + signature, signature[..^1], signature + "=", "*" + signature[1..], (signature[0] == 'A' ? "B" : "A") + signature[1..] })
        {
            Assert.False(TwilioSignature.Fits("12345", urls, Published, wrong));
        }
    }

    [Theory]
    [InlineData("https://MyCompany.com")]
    [InlineData("https://MyCompany.com:1234")]
    [InlineData("http://MyCompany.com")]
    public void A_published_signature_is_wrong_elsewhere(string root) =>
        Assert.False(TwilioSignature.Fits("12345", [root + "/myapp.php?foo=1&bar=2"], Published, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));

    [Theory]
    [InlineData("https://talk.example.com/v1/twilio", true)]
    [InlineData("https://talk.example.com:443/v1/twilio", true)]
    [InlineData("wss://talk.example.com/v1/twilio", true)]
    [InlineData("wss://talk.example.com:443/v1/twilio", true)]
    [InlineData("wss://talk.example.com/v1/twilio/", true)]
    [InlineData("https://talk.example.com:443/v1/twilio/", true)]
    [InlineData("ws://talk.example.com/v1/twilio", false)]
    [InlineData("http://talk.example.com/v1/twilio", false)]
    [InlineData("wss://talk.example.com:80/v1/twilio", false)]
    [InlineData("wss://talk.example.com/v1/twilio?x=1", false)]
    [InlineData("wss://other.example.com/v1/twilio", false)]
    public async Task A_stream_is_let_in_by_its_signature_alone_and_refused_before_the_upgrade(string signed, bool fits)
    {
        await using var gateway = await TwilioTests.Start();
        if (fits)
        {
            await using var peer = await TwilioPeer.Connect(gateway.Address, "CA1", TwilioPeer.Sign(signed, []));
            return;
        }

        Assert.Equal(403, (await Assert.ThrowsAsync<UpgradeRefused>(() => TwilioPeer.Connect(gateway.Address, "CA1", TwilioPeer.Sign(signed, [])))).Status);
    }

    [Fact]
    public async Task Without_a_signature_or_with_that_of_another_secret_both_doors_are_shut()
    {
        await using var gateway = await TwilioTests.Start();
        foreach (var wrong in new[] { "", "nonsense", TwilioPeer.Sign("wss://talk.example.com/v1/twilio", [], "another") })
        {
            Assert.Equal(403, (await Assert.ThrowsAsync<UpgradeRefused>(() => TwilioPeer.Connect(gateway.Address, "CA1", wrong))).Status);
            using var request = TwilioPeer.Ask("CA1", signature: wrong);
            Assert.Equal(HttpStatusCode.Forbidden, (await gateway.Http.SendAsync(request)).StatusCode);
        }

        // What was signed was another form.
        using var changed = TwilioPeer.Ask("CA1", also: ("Digits", "1"));
        changed.Headers.Remove("X-Twilio-Signature");
        using var other = TwilioPeer.Ask("CA1");
        changed.Headers.Add("X-Twilio-Signature", other.Headers.GetValues("X-Twilio-Signature"));
        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.Http.SendAsync(changed)).StatusCode);
        using var fine = TwilioPeer.Ask("CA1");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.SendAsync(fine)).StatusCode);
        Assert.Empty(gateway.Sessions.All);
    }

    [Fact]
    public async Task A_webhook_that_is_no_form_is_refused()
    {
        await using var gateway = await TwilioTests.Start();
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.Http.PostAsync("/v1/twilio/voice", json)).StatusCode);
        using var giant = new StringContent("CallSid=" + new string('A', 40_000), System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.Http.PostAsync("/v1/twilio/voice", giant)).StatusCode);
        using var none = TwilioPeer.Ask("CA1", "?route=nowhere");
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.SendAsync(none)).StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", "https://talk.example.com")]
    [InlineData("::1", "https://talk.example.com")]
    [InlineData("::ffff:127.0.0.1", "https://talk.example.com")]
    [InlineData("10.0.0.9", "https://talk.example.com")]
    [InlineData("::ffff:10.0.0.9", "https://talk.example.com")]
    [InlineData("10.0.0.10", "http://inside:8080")]
    [InlineData("203.0.113.5", "http://inside:8080")]
    public void What_a_proxy_says_counts_if_it_is_this_machines_or_a_configured_one(string from, string root)
    {
        var address = new PublicAddress(new GatewayOptions { Twilio = new() { Proxies = ["10.0.0.9"] } });
        Assert.Equal(root, address.Root(Request(from, "attacker.example, talk.example.com", "http, https")));
        var known = new PublicAddress(new GatewayOptions { Twilio = new() { PublicUrl = "https://known.example.com/base/", Proxies = ["10.0.0.9"] } });
        Assert.Equal("https://known.example.com/base", known.Root(Request(from, "talk.example.com", "http")));
    }

    [Fact]
    public void Forwarded_by_a_proxy_on_this_machine_is_not_from_here()
    {
        Assert.True(PublicAddress.IsHere(Request("127.0.0.1", null, null)));
        Assert.False(PublicAddress.IsHere(Request("127.0.0.1", "talk.example.com", null)));
        Assert.False(PublicAddress.IsHere(Request("10.0.0.9", null, null)));
    }

    [Fact]
    public async Task Behind_a_proxy_a_request_is_held_to_the_address_that_the_proxy_was_asked_at()
    {
        await using var gateway = await TestGateway.Start("--Gateway:Twilio:Enabled", "true", "--Gateway:Twilio:AuthToken", TwilioPeer.Secret);
        await using (await TwilioPeer.Connect(gateway.Address, "CA1", headers: [("X-Forwarded-Host", "talk.example.com"), ("X-Forwarded-Proto", "https")]))
        {
        }

        Assert.Equal(403, (await Assert.ThrowsAsync<UpgradeRefused>(() => TwilioPeer.Connect(gateway.Address, "CA1", headers: [("X-Forwarded-Host", "other.example.com"), ("X-Forwarded-Proto", "https")]))).Status);
        Assert.Equal(403, (await Assert.ThrowsAsync<UpgradeRefused>(() => TwilioPeer.Connect(gateway.Address, "CA1"))).Status);
    }

    private static DefaultHttpContext Request(string from, string? host, string? proto)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(from) } };
        (context.Request.Scheme, context.Request.Host) = ("http", new HostString("inside:8080"));
        if (host is not null)
        {
            context.Request.Headers["X-Forwarded-Host"] = host;
        }

        if (proto is not null)
        {
            context.Request.Headers["X-Forwarded-Proto"] = proto;
        }

        return context;
    }
}
