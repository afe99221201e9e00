using System.Numerics;
using Conversation.Gateway.Telephony.Twilio.Access;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>Our own verification of Ed25519: by RFC 8032's examples, by what must not pass, and against OpenSSL.</summary>
public sealed class Ed25519Tests
{
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", null);

    // RFC 8032, 7.1: tests 1 to 3.
    public static TheoryData<string, string, string> Published => new()
    {
        { "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
        { "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
        { "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Published_signatures_fit_and_nothing_near_them(string publicKey, string text, string signed)
    {
        var (key, message, signature) = (Convert.FromHexString(publicKey), Convert.FromHexString(text), Convert.FromHexString(signed));
        Assert.True(Ed25519.Verify(key, message, signature));
        Assert.False(Ed25519.Verify(key, [.. message, 0], signature));
        Assert.False(Ed25519.Verify(key, message, signature[..63]));
        Assert.False(Ed25519.Verify(key, message, [.. signature, 0]));
        Assert.False(Ed25519.Verify(key[..31], message, signature));
        Assert.False(Ed25519.Verify([.. key, 0], message, signature));
        Assert.False(Ed25519.Verify(key, message, []));
        for (var bit = 0; bit < 512; bit += 7)
        {
            var changed = signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(key, message, changed), $"bit {bit}");
        }
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void A_scalar_that_is_not_reduced_is_refused(string publicKey, string text, string signed)
    {
        // The same number modulo the group's order, so the equation holds: taken, a signature could be changed into another.
        var (key, message, signature) = (Convert.FromHexString(publicKey), Convert.FromHexString(text), Convert.FromHexString(signed));
        for (var times = 1; times < 15; times++)
        {
            var s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + (times * Order);
            var other = signature.ToArray();
            other.AsSpan(32).Clear();
            Assert.True(s.TryWriteBytes(other.AsSpan(32), out _, isUnsigned: true));
            Assert.False(Ed25519.Verify(key, message, other), $"{times} times the order");
        }
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    // Not canonical: y is p or more, or x is zero with a sign.
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_key_of_small_order_or_written_otherwise_signs_nothing(string publicKey)
    {
        // With such a key, R = sB + (one of eight points): without a check some of these pass for any message.
        var key = Convert.FromHexString(publicKey);
        byte[] identity = [1, .. new byte[31]];
        for (byte n = 0; n < 32; n++)
        {
            Assert.False(Ed25519.Verify(key, [n], [.. identity, .. new byte[32]]));
            Assert.False(Ed25519.Verify(key, [n], [.. key, .. new byte[32]]));
        }
    }

    [OpenSslFact]
    public void What_OpenSSL_signs_fits_and_what_is_changed_does_not()
    {
        var files = Directory.CreateTempSubdirectory("ed25519").FullName;
        try
        {
            Compare(files);
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    private static void Compare(string files)
    {
        Assert.True(OpenSsl.Run(files, "genpkey", "-algorithm", "ed25519", "-out", "key.pem") && OpenSsl.Run(files, "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "key.der"));
        var key = File.ReadAllBytes(Path.Combine(files, "key.der"))[^32..];
        var random = new Random(20261121);
        // CONVERSATION_FUZZ sets how many messages: OpenSSL is started for each.
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? Math.Min(asked, 1_000) : 40;
        for (var n = 0; n < most; n++)
        {
            var message = new byte[random.Next(1, 600)];
            random.NextBytes(message);
            File.WriteAllBytes(Path.Combine(files, "message"), message);
            Assert.True(OpenSsl.Run(files, "pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "message", "-out", "signature"));
            var signature = File.ReadAllBytes(Path.Combine(files, "signature"));
            Assert.True(Ed25519.Verify(key, message, signature), $"{n}: {Convert.ToHexString(message)}");
            message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(Ed25519.Verify(key, message, signature), $"{n}, changed: {Convert.ToHexString(message)}");
        }
    }
}
