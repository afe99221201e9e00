using System.Globalization;
using System.Text;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>telnyx-signature-ed25519: of the header telnyx-timestamp, a bar, and the body.</summary>
internal static class TelnyxSignature
{
    public const string Header = "telnyx-signature-ed25519";

    /// <summary>How old a webhook may be, and how far ahead of our clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether the body was signed so, a short while ago.</summary>
    public static bool Fits(string publicKey, string? timestamp, string? signature, ReadOnlySpan<byte> body, TimeProvider time)
    {
        Span<byte> key = stackalloc byte[Ed25519.KeyBytes];
        Span<byte> signed = stackalloc byte[Ed25519.SignatureBytes];
        return timestamp is { Length: <= 20 } && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(seconds - time.GetUtcNow().ToUnixTimeSeconds()) <= Tolerance.TotalSeconds
            && Convert.TryFromBase64String(publicKey, key, out var keyLength) && keyLength == key.Length
            && signature is not null && Convert.TryFromBase64String(signature, signed, out var length) && length == signed.Length
            && Ed25519.Verify(key, (byte[])[.. Encoding.ASCII.GetBytes(timestamp + "|"), .. body], signed);
    }
}
