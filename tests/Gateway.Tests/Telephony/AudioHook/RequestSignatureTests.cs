using System.Globalization;
using Conversation.Gateway.Telephony.AudioHook.Signing;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

/// <summary>Signatures good, bad, stale, replayed, missing. The first vector is that of Genesys' reference implementation (MIT).</summary>
public sealed class RequestSignatureTests
{
    private const string Path = "/v1/audiohook/booking?x=1";
    private const string Host = "voice.example.com";
    private const long Now = 1_800_000_000;
    private static readonly byte[] Secret = Convert.FromBase64String(AudioHookPeer.Secret);
    private readonly AudioHookPeer peer = new();
    private readonly SeenNonces nonces = new();

    [Theory]
    [InlineData(0, null)]
    [InlineData(10, null)]
    [InlineData(-3, null)]
    [InlineData(11, "too old")]
    [InlineData(-4, "created in the future")]
    public void The_reference_implementations_vector_is_good_for_ten_seconds(int age, string? fault)
    {
        var headers = new Dictionary<string, string>
        {
            ["audiohook-organization-id"] = "d7934305-0972-4844-938e-9060eef73d05",
            ["audiohook-session-id"] = "30b0e395-84d3-4570-ac13-9a62d8f514c0",
            ["audiohook-correlation-id"] = "e160e428-53e2-487c-977d-96989bf5c99d",
            ["x-api-key"] = "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh",
            ["signature"] = "sig1=:NZBwyBHRRyRoeLqy1IzOa9VYBuI8TgMFt2GRDkDuJh4=:",
            ["signature-input"] = """sig1=("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" "x-api-key");keyid="SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh";nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";created=1641013200;expires=3282026430""",
        };
        Assert.Equal(fault, RequestSignature.Check(new SignedRequest("GET", "/api/v1/voicebiometrics/ws", "audiohook.example.com", headers.GetValueOrDefault), Secret, 1_641_013_200 + age, nonces));
    }

    /// <summary>Of the reference implementation too: rightly signed, but over "host" where it must be "@authority".</summary>
    [Fact]
    public void What_does_not_cover_all_it_must_is_refused()
    {
        var headers = new Dictionary<string, string>
        {
            ["host"] = "audiohook.example.com",
            ["audiohook-organization-id"] = "d7934305-0972-4844-938e-9060eef73d05",
            ["audiohook-session-id"] = "30b0e395-84d3-4570-ac13-9a62d8f514c0",
            ["audiohook-correlation-id"] = "e160e428-53e2-487c-977d-96989bf5c99d",
            ["x-api-key"] = "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh",
            ["signature"] = "sig1=:zupMJUMfd/kMuvKc5zhRyfJPE3jTROuz1S1hn8SCTpE=:",
            ["signature-input"] = """sig1=("@request-target" "host" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" "x-api-key");keyid="SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh";nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";created=1641013200;expires=3282026430""",
        };
        Assert.StartsWith("the signature covers", RequestSignature.Check(new SignedRequest("GET", "/api/v1/voicebiometrics/ws", "audiohook.example.com", headers.GetValueOrDefault), Secret, 1_641_013_200, nonces), StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_one_is_good_once()
    {
        var headers = Sign();
        Assert.Null(Check(headers));
        Assert.Equal("used before", Check(headers));
        Assert.Equal("used before", Check(headers, Now + RequestSignature.MostAge));
        Assert.Null(Check(Sign()));
    }

    [Fact]
    public void A_wrong_or_unknown_key_is_refused()
    {
        Assert.Equal("wrong signature", Check(Sign(secret: Convert.ToBase64String(new byte[32]))));
        Assert.Equal("wrong signature", RequestSignature.Check(Request(Sign()), null, Now, nonces));
        Assert.Equal(0, nonces.Count);
    }

    [Theory]
    [InlineData("Audiohook-Organization-Id")]
    [InlineData("Audiohook-Session-Id")]
    [InlineData("Audiohook-Correlation-Id")]
    [InlineData("X-API-KEY")]
    [InlineData("Signature")]
    [InlineData("Signature-Input")]
    public void A_header_missing_or_changed_is_refused(string header)
    {
        Assert.NotNull(Check(Sign(headers => headers.Remove(header))));
        Assert.NotNull(Check(Sign(headers => headers[header] += "0")));
    }

    [Fact]
    public void Another_target_authority_or_nothing_at_all_is_refused()
    {
        var headers = Sign();
        Assert.Equal("wrong signature", RequestSignature.Check(Request(headers) with { Target = Path + "2" }, Secret, Now, nonces));
        Assert.Equal("wrong signature", RequestSignature.Check(Request(headers) with { Authority = "evil.example.com" }, Secret, Now, nonces));
        Assert.Equal("not signed", Check(Sign(all => { all.Remove("Signature"); all.Remove("Signature-Input"); })));
        Assert.Equal("no X-API-KEY", Check([]));
    }

    [Theory]
    [InlineData("@request-target", "@method")]
    [InlineData("\"@authority\" ", "")]
    [InlineData("\"x-api-key\")", "\"x-api-key\" \"x-api-key\")")]
    [InlineData("\"x-api-key\")", "\"x-api-key\";sf)")]
    [InlineData("\"x-api-key\")", "\"x-api-key\" \"x-absent\")")]
    [InlineData("\"x-api-key\")", "\"x-api-key\" \"@signature-params\")")]
    [InlineData("\"x-api-key\")", "\"X-API-KEY\")")]
    [InlineData("keyid=\"SGVs", "keyid=\"XGVs")]
    [InlineData(";keyid", ";key")]
    [InlineData(";nonce=", ";once=")]
    [InlineData(";created=", ";made=")]
    [InlineData(";created=", ";created=-")]
    [InlineData("hmac-sha256", "rsa-v1_5-sha256")]
    [InlineData("sig1=(", "sig2=(")]
    [InlineData("sig1=(", "sig1=")]
    [InlineData("sig1=(", "Sig1=(")]
    [InlineData("expires=", "expires=soon;a=")]
    public void An_input_of_another_form_is_refused(string what, string by) => Assert.NotNull(Check(Sign(headers => headers["Signature-Input"] = headers["Signature-Input"].Replace(what, by, StringComparison.Ordinal))));

    [Fact]
    public void A_nonce_of_less_than_22_characters_is_refused()
    {
        Assert.Equal("nonce missing or too short", Check(Sign(nonce: new string('n', 21))));
        Assert.Null(Check(Sign(nonce: new string('n', 22))));
        Assert.NotNull(Check(Sign(nonce: new string('n', 257))));
    }

    /// <summary>As RFC 9421 leaves it to the signer: components and parameters in any order, blanks where RFC 8941 allows them, other signatures beside it.</summary>
    [Fact]
    public void Order_and_company_do_not_matter()
    {
        var own = Sign();
        own["Signature-Input"] = "proxy=(\"@method\");keyid=\"other\";created=1,  " + own["Signature-Input"].Replace("sig1=(\"", "sig1=(  \"", StringComparison.Ordinal);
        own["Signature"] = "proxy=:AAAA:, " + own["Signature"];
        Assert.Null(Check(own));

        var turned = Sign();
        var created = Now.ToString(CultureInfo.InvariantCulture);
        var input = $"(\"x-api-key\" \"audiohook-session-id\" \"@authority\" \"audiohook-correlation-id\" \"@request-target\" \"@method\" \"@path\" \"@query\" \"audiohook-organization-id\");created={created};nonce=\"0123456789012345678901\";tag=\"x\";keyid=\"{AudioHookPeer.Key}\"";
        var text = $"\"x-api-key\": {AudioHookPeer.Key}\n\"audiohook-session-id\": {turned["Audiohook-Session-Id"]}\n\"@authority\": {Host}\n\"audiohook-correlation-id\": {turned["Audiohook-Correlation-Id"]}\n"
            + $"\"@request-target\": {Path}\n\"@method\": GET\n\"@path\": /v1/audiohook/booking\n\"@query\": ?x=1\n\"audiohook-organization-id\": {turned["Audiohook-Organization-Id"]}\n\"@signature-params\": {input}";
        turned["Signature-Input"] = "any=" + input;
        turned["Signature"] = $"any=:{Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(Secret, System.Text.Encoding.UTF8.GetBytes(text)))}:";
        Assert.Null(Check(turned));
    }

    [Fact]
    public void Nonces_are_forgotten_with_their_time_and_never_more_than_may_be()
    {
        var few = new SeenNonces(3);
        Assert.True(few.TryUse("k", "a", 100, 110));
        Assert.True(few.TryUse("k", "b", 100, 112));
        Assert.True(few.TryUse("other", "a", 100, 110));
        Assert.False(few.TryUse("k", "c", 110, 120));
        Assert.True(few.TryUse("k", "c", 111, 121));
        Assert.Equal(2, few.Count);
        Assert.False(few.TryUse("k", "b", 112, 121));
        Assert.True(few.TryUse("k", "b", 113, 121));
    }

    /// <summary>Good requests with something done to their fields: nothing throws, and none is let in whose signed parameters or signature are others. CONVERSATION_FUZZ sets how many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    [InlineData(-77)]
    public void Mutated_signatures_are_not_taken(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 100_000;
        string[] pieces = ["\"", "(", ")", ";", "=", ",", ":", "?1", "?0", " ", "\t", "\\", ";sf", ";a=-999999999999999", "*", "sig1=", "\"@authority\"", ";created=1", "1.5", "é", "\0"];
        var headers = Sign();
        var (input, signature) = (headers["Signature-Input"], headers["Signature"]);
        var written = SignatureFields.ReadInputs(input)!["sig1"].Written;
        var taken = 0;
        for (var n = 0; n < most; n++)
        {
            var isInput = random.Next(4) > 0;
            var text = (isInput ? input : signature).ToList();
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                var at = random.Next(text.Count + 1);
                switch (random.Next(5))
                {
                    case 0 when at < text.Count: text[at] = (char)random.Next(random.Next(10) == 0 ? 65_536 : 128); break;
                    case 1 when at < text.Count: text.RemoveRange(at, Math.Min(random.Next(1, 20), text.Count - at)); break;
                    case 2: text.InsertRange(at, pieces[random.Next(pieces.Length)]); break;
                    case 3: text.InsertRange(at, random.Next(2) == 0 ? input : signature); break;
                    case 4 when at < text.Count: text.Insert(at, text[at]); break;
                }
            }

            headers["Signature-Input"] = isInput ? new string([.. text]) : input;
            headers["Signature"] = isInput ? signature : new string([.. text]);
            try
            {
                if (RequestSignature.Check(Request(headers), Secret, Now, new SeenNonces()) is null)
                {
                    taken++;
                    Assert.Contains(SignatureFields.ReadInputs(headers["Signature-Input"])!.Values, read => read.Written == written);
                }
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, {n}: {headers["Signature-Input"]} {headers["Signature"]}{Environment.NewLine}{fault}");
            }
        }

        // Blanks may be added, and members: so some are.
        Assert.InRange(taken, 1, most / 10);
    }

    private Dictionary<string, string> Sign(Action<Dictionary<string, string>>? change = null, string? nonce = null, string secret = AudioHookPeer.Secret) => peer.Sign(Host, Path, change, Now, nonce, secret);

    private string? Check(Dictionary<string, string> headers, long now = Now) => RequestSignature.Check(Request(headers), Secret, now, nonces);

    private static SignedRequest Request(Dictionary<string, string> headers)
    {
        var any = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase);
        return new SignedRequest("GET", Path, Host, any.GetValueOrDefault);
    }
}
