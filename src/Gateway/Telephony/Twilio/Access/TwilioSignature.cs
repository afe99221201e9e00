using System.Security.Cryptography;
using System.Text;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>X-Twilio-Signature: HMAC-SHA1, by the auth token, of the URL and the form's fields.</summary>
internal static class TwilioSignature
{
    /// <summary>Whether one of these URLs was signed so. Every one is looked at, so that time tells nothing.</summary>
    public static bool Fits(string authToken, IEnumerable<string> urls, IEnumerable<KeyValuePair<string, string>> fields, string? shown)
    {
        var given = new byte[HMACSHA1.HashSizeInBytes];
        if (authToken.Length == 0 || shown is not { Length: 28 } || !Convert.TryFromBase64String(shown, given, out var length) || length != given.Length)
        {
            return false;
        }

        var key = Encoding.UTF8.GetBytes(authToken);
        var tail = Tail(fields);
        var fits = false;
        foreach (var url in urls)
        {
            fits |= CryptographicOperations.FixedTimeEquals(Sign(key, url, tail), given);
        }

        return fits;
    }

    /// <summary>The signature, as the header has it.</summary>
    public static string Of(string authToken, string url, IEnumerable<KeyValuePair<string, string>> fields) =>
        Convert.ToBase64String(Sign(Encoding.UTF8.GetBytes(authToken), url, Tail(fields)));

#pragma warning disable CA5350 // The scheme is Twilio's; as a MAC SHA-1 still holds.
    private static byte[] Sign(byte[] key, string url, string tail) => HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(url + tail));
#pragma warning restore CA5350

    // A name that comes twice counts once for each of its values.
    private static string Tail(IEnumerable<KeyValuePair<string, string>> fields) =>
        string.Concat(fields.Distinct().OrderBy(field => field.Key, StringComparer.Ordinal).ThenBy(field => field.Value, StringComparer.Ordinal).Select(field => field.Key + field.Value));
}
