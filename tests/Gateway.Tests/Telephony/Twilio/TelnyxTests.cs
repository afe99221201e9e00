using System.Net;
using System.Text;
using System.Xml.Linq;
using Conversation.Audio;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Conversation.TestKit;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>Telnyx's dialect, by a peer written from its documents.</summary>
public sealed class TelnyxTests
{
    private readonly ManualTime time = new();

    [OpenSslFact]
    public void A_webhook_is_taken_as_signed_and_only_for_a_while()
    {
        using (var signer = Signer.Create())
        {
            time.Advance(TimeSpan.FromDays(20_000));
            var body = "CallSid=v3%3Aabc&From=%2B15551230001"u8.ToArray();
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            var text = now.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var signature = signer.Sign(text, body);
            Assert.True(Fits(text, signature, body));
            Assert.False(Fits(text, signature, [.. body, (byte)'x']));
            Assert.False(Fits((now + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), signature, body));
            Assert.False(Fits("+" + text, signature, body));
            Assert.False(Fits(null, signature, body));
            Assert.False(Fits(text, null, body));
            Assert.False(Fits(text, signature[..^4], body));
            Assert.False(Fits(text, "nonsense", body));
            time.Advance(TelnyxSignature.Tolerance);
            Assert.True(Fits(text, signature, body));
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(Fits(text, signature, body));
            var ahead = (time.GetUtcNow() + TelnyxSignature.Tolerance + TimeSpan.FromSeconds(1)).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.False(Fits(ahead, signer.Sign(ahead, body), body));

            bool Fits(string? timestamp, string? shown, byte[] of) => TelnyxSignature.Fits(signer.PublicKey, timestamp, shown, of, time);
        }
    }

    [OpenSslFact]
    public async Task A_call_goes_from_the_signed_webhook_through_its_stream_and_a_webhook_sent_again_opens_none()
    {
        using (var signer = Signer.Create())
        {
            await using var gateway = await Start("--Gateway:Twilio:PublicKey", signer.PublicKey, "--Gateway:Twilio:PublicUrl", TwilioPeer.Public);
            var body = "CallSid=v3%3Aabc&From=%2B15551230001&To=%2B15559990000"u8.ToArray();
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(HttpStatusCode.Forbidden, (await Ask(gateway, body, now, "")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await Ask(gateway, body, now, Convert.ToBase64String(new byte[64]))).StatusCode);
            var signature = signer.Sign(now, body);
            var parameters = Of(await Ask(gateway, body, now, signature));
            await using (var peer = await TwilioPeer.Connect(gateway.Address, "v3:abc", telnyx: true))
            {
                await peer.Start(parameters, "PCMU");
                TwilioTests.Eventually(() => gateway.Sessions.All.Count == 1);
                await peer.HangUp();
                TwilioTests.Eventually(() => peer.Closed);
            }

            var again = Of(await Ask(gateway, body, now, signature));
            foreach (var shown in new[] { parameters, again, [] })
            {
                await using var replay = await TwilioPeer.Connect(gateway.Address, "v3:abc", telnyx: true);
                await replay.Start(shown, "PCMU");
                TwilioTests.Eventually(() => replay.Closed);
            }

            Assert.Single(gateway.Sessions.All);
        }
    }

    [Theory]
    [InlineData("PCMU")]
    [InlineData("PCMA")]
    public async Task Audio_comes_in_its_encoding_out_of_order_and_goes_with_marks_and_clear_in_its_names(string encoding)
    {
        await using var gateway = await Start();
        await using var peer = await TwilioPeer.Connect(gateway.Address, "v3:abc", telnyx: true);
        await peer.Start([], encoding);
        TwilioTests.Eventually(() => gateway.Sessions.All.Values.Any(one => one is { Request: not null, Client: not null }));
        var session = gateway.Sessions.Single;
        Assert.Equal(("+15551230001", "+15559990000", "v3:abc"), (session.Request.Caller!.Number, session.Request.Caller.Called, session.Request.Caller.Attributes["callSid"]));
        foreach (var n in new byte[] { 1, 2, 4, 3, 5, 7, 6, 8 })
        {
            await peer.Media([.. Enumerable.Repeat(n, 160)], number: n);
        }

        TwilioTests.Eventually(() => TwilioTests.Sounding(session).Length >= 8);
        var law = new short[8];
        var bytes = Enumerable.Range(1, 8).Select(n => (byte)n).ToArray();
        if (encoding == "PCMA")
        {
            G711.DecodeALaw(bytes, law);
        }
        else
        {
            G711.DecodeMuLaw(bytes, law);
        }

        Assert.Equal(law, TwilioTests.Sounding(session).Select(frame => frame[159]));
        // The peer fails where a message has not its stream's name.
        TwilioTests.Say(session, 1, 60);
        TwilioTests.Eventually(() => peer.Reached.Count >= 2);
        session.Client.Send(new SessionEvent.PlayoutCancelled(1, "interrupted"));
        TwilioTests.Eventually(() => peer.Received.Contains("clear"));
        await peer.Digit('5');
        await peer.Text("""{"event":"error","stream_id":"x","payload":{"code":100004,"title":"invalid_media","detail":"Unable to process media"}}""");
        await peer.HangUp();
        TwilioTests.Eventually(() => session.Calls.Contains($"close {CarrierCall.HungUp}"));
        Assert.All(session.Calls.Where(call => call.StartsWith("played 1 ", StringComparison.Ordinal)), call => Assert.InRange(int.Parse(call[9..], null), 1, 60 * 160));
    }

    private static Task<TestGateway> Start(params string[] also) => TestGateway.Start(["--Gateway:Twilio:Enabled", "true", "--Gateway:Twilio:Dialect", "telnyx", "--Gateway:OpenTimeout", "00:00:05", .. also]);

    private static async Task<HttpResponseMessage> Ask(TestGateway gateway, byte[] body, string timestamp, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/twilio/voice") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        request.Headers.TryAddWithoutValidation("telnyx-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("telnyx-signature-ed25519", signature);
        return await gateway.Http.SendAsync(request);
    }

    private static Dictionary<string, string> Of(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var stream = XElement.Parse(answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()).Element("Connect")!.Element("Stream")!;
        Assert.Equal(("rtp", "PCMU"), ((string?)stream.Attribute("bidirectionalMode"), (string?)stream.Attribute("bidirectionalCodec")));
        return stream.Elements("Parameter").ToDictionary(one => (string)one.Attribute("name")!, one => (string)one.Attribute("value")!);
    }

    /// <summary>Telnyx's key, held by OpenSSL.</summary>
    private sealed class Signer : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("telnyx").FullName;

        public string PublicKey { get; private set; } = "";

        public static Signer Create()
        {
            var signer = new Signer();
            Assert.True(OpenSsl.Run(signer.folder, "genpkey", "-algorithm", "ed25519", "-out", "key.pem") && OpenSsl.Run(signer.folder, "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "key.der"));
            signer.PublicKey = Convert.ToBase64String(File.ReadAllBytes(Path.Combine(signer.folder, "key.der"))[^32..]);
            return signer;
        }

        public string Sign(string timestamp, byte[] body)
        {
            File.WriteAllBytes(Path.Combine(folder, "message"), [.. Encoding.ASCII.GetBytes(timestamp + "|"), .. body]);
            Assert.True(OpenSsl.Run(folder, "pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "message", "-out", "signature"));
            return Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, "signature")));
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
