using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Realtime.Access;

/// <summary>
/// Ephemeral keys that a page may hold. Nothing is kept of them: the key itself says until when it holds and with what session, and an HMAC by
/// a key that only the gateways have says that it is theirs. So any gateway with the same <c>Gateway:Realtime:Keys</c> takes it.
/// </summary>
internal sealed class ClientSecrets(RealtimeOptions options, TimeProvider time)
{
    private const string Prefix = "ek_";
    private const int MaxSession = 4_096;
    // Without keys there is nothing that gateways share: what one process made, it alone takes.
    private readonly byte[] key = options.Keys.Count > 0
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Keys[0]), 32, info: "conversation realtime client secret v1"u8.ToArray())
        : RandomNumberGenerator.GetBytes(32);

    /// <summary>A new secret for a session such as this.</summary>
    public (string? Value, RealtimeError? Error) Mint(DateTimeOffset until, JsonObject session)
    {
        var payload = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["exp"] = until.ToUnixTimeSeconds(),
            ["n"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
            ["s"] = session.DeepClone(),
        }.ToJsonString());
        // It travels in a header or as a subprotocol, and those have bounds.
        return payload.Length > MaxSession
            ? (null, RealtimeError.Invalid("session", $"at most {MaxSession} bytes here; send the rest in session.update"))
            : ($"{Prefix}{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, payload))}", null);
    }

    /// <summary>The session that a secret was made with; null where it is none of ours or its time is up.</summary>
    public SessionPatch? Redeem(string secret)
    {
        var dot = secret.IndexOf('.');
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || dot < Prefix.Length || secret.Length > MaxSession * 2)
        {
            return null;
        }

        try
        {
            var payload = Base64Url.DecodeFromChars(secret.AsSpan(Prefix.Length, dot - Prefix.Length));
            var mac = Base64Url.DecodeFromChars(secret.AsSpan(dot + 1));
            if (!CryptographicOperations.FixedTimeEquals(mac, HMACSHA256.HashData(key, payload)))
            {
                return null;
            }

            using var document = JsonDocument.Parse(payload);
            return document.RootElement.GetProperty("exp").GetInt64() > time.GetUtcNow().ToUnixTimeSeconds()
                ? SessionPatch.Parse(document.RootElement.GetProperty("s")).Patch
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
