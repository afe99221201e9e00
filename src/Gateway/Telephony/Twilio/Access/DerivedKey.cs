using System.Security.Cryptography;
using System.Text;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>Keys of our own, from the account's secret: every gateway with the same secret has the same. Without one, of this process alone.</summary>
internal static class DerivedKey
{
    public static byte[] Of(TwilioOptions options, string purpose)
    {
        var secret = options.AuthToken + options.ApiKey;
        return secret.Length > 0
            ? HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: Encoding.UTF8.GetBytes(purpose))
            : RandomNumberGenerator.GetBytes(32);
    }
}
