using System.Security.Cryptography;
using System.Text;

namespace Conversation.Gateway.Telephony.AudioHook.Signing;

/// <summary>The parts of a request that can be signed. <paramref name="Header"/> gives a field's value, lines joined by comma, null where there is none.</summary>
internal sealed record SignedRequest(string Method, string Target, string Authority, Func<string, string?> Header);

/// <summary>Judges an HTTP message signature (RFC 9421, hmac-sha256) by AudioHook's rules; docs/specs/audiohook.md.</summary>
internal static class RequestSignature
{
    /// <summary>Seconds that a signature is good for.</summary>
    public const int MostAge = 10;

    /// <summary>Seconds by which the signer's clock may be ahead.</summary>
    public const int MostSkew = 3;

    private const int ShortestNonce = 22;
    private const int LongestNonce = 256;

    private static readonly string[] Required = ["@request-target", "@authority", "audiohook-organization-id", "audiohook-session-id", "audiohook-correlation-id", "x-api-key"];
    private static readonly byte[] Nobody = RandomNumberGenerator.GetBytes(32);

    /// <summary>What is wrong with the signature; null where it is good, and its nonce is then used up. <paramref name="secret"/> is the key's, null for a key that is not known.</summary>
    public static string? Check(SignedRequest request, byte[]? secret, long now, SeenNonces nonces)
    {
        if (request.Header("x-api-key") is not { Length: > 0 } key)
        {
            return "no X-API-KEY";
        }

        if (request.Header("signature-input") is not { } inputField || request.Header("signature") is not { } signatureField)
        {
            return "not signed";
        }

        if (SignatureFields.ReadInputs(inputField) is not { } inputs || SignatureFields.ReadSignatures(signatureField) is not { } signatures)
        {
            return "Signature or Signature-Input cannot be read";
        }

        // There may be others, of proxies on the way.
        if (inputs.Values.FirstOrDefault(input => input.Text("keyid") == key) is not { } own || !signatures.TryGetValue(own.Label, out var signature))
        {
            return "no signature with X-API-KEY as its keyid";
        }

        if (Faults(own, now) is { } fault)
        {
            return fault;
        }

        if (Base(request, own) is not { } signed)
        {
            return "the signature covers what is not there, or not what it must";
        }

        // A key that is not known costs the same time.
        var right = CryptographicOperations.FixedTimeEquals(signature, HMACSHA256.HashData(secret ?? Nobody, Encoding.UTF8.GetBytes(signed)));
        return !right || secret is null ? "wrong signature"
            : nonces.TryUse(key, own.Text("nonce")!, now, own.Number("created")!.Value + MostAge) ? null : "used before";
    }

    private static string? Faults(SignatureInput own, long now) => own switch
    {
        _ when own.Has("alg") && own.Text("alg") != "hmac-sha256" => "alg is not hmac-sha256",
        _ when own.Text("nonce")?.Length is not (>= ShortestNonce and <= LongestNonce) => "nonce missing or too short",
        _ when own.Number("created") is not { } created || created < 0 => "created missing",
        _ when own.Has("expires") && own.Number("expires") is null => "expires is no time",
        _ when own.Number("created") > now + MostSkew => "created in the future",
        _ when own.Number("created") < now - MostAge || own.Number("expires") < now => "too old",
        _ => null,
    };

    /// <summary>What is signed, line by line; null where that cannot be said or is too little.</summary>
    private static string? Base(SignedRequest request, SignatureInput own)
    {
        var lines = new StringBuilder();
        var covered = new HashSet<string>();
        foreach (var component in own.Components)
        {
            // Parameters of components ("sf", "bs", "req") are for fields that no AudioHook client signs.
            if (component.Parameters.Count > 0 || !covered.Add(component.Name) || Value(request, component.Name) is not { } value)
            {
                return null;
            }

            lines.Append(component.Written).Append(": ").Append(value).Append('\n');
        }

        return Required.All(covered.Contains) ? lines.Append("\"@signature-params\": ").Append(own.Written).ToString() : null;
    }

    private static string? Value(SignedRequest request, string name) => name switch
    {
        "@method" => request.Method,
        "@request-target" => request.Target,
        "@authority" => request.Authority,
        "@path" => request.Target.Split('?')[0],
        "@query" => request.Target.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? request.Target[at..] : "?",
        _ when name.StartsWith('@') || name != name.ToLowerInvariant() || name is "signature" or "signature-input" => null,
        _ => request.Header(name)?.Trim(),
    };
}
