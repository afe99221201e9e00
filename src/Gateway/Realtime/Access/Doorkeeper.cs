using System.Net;
using System.Security.Cryptography;
using System.Text;
using Conversation.Gateway.Realtime.Wire;

namespace Conversation.Gateway.Realtime.Access;

/// <summary>Who may come in, and with what session prepared for them.</summary>
internal sealed class Doorkeeper(RealtimeOptions options, ClientSecrets secrets)
{
    private const string KeyProtocol = "openai-insecure-api-key.";

    /// <summary>The verdict on a request: let in or not, as a holder of a key or of a client secret.</summary>
    internal readonly record struct Verdict(bool Admitted, bool ByKey, SessionPatch? Session);

    public Verdict Judge(HttpContext context)
    {
        var shown = Shown(context);
        if (shown is not null && secrets.Redeem(shown) is { } session)
        {
            return new(true, false, session);
        }

        if (options.Keys.Count > 0)
        {
            var known = shown is not null && options.Keys.Count(key => Same(key, shown)) > 0;
            return new(known, known, null);
        }

        // A secret that is not good any more must not open what anything else would.
        var stale = shown?.StartsWith("ek_", StringComparison.Ordinal) == true;
        var admitted = !stale && (options.Open || IsHere(context));
        return new(admitted, admitted, null);
    }

    private static string? Shown(HttpContext context)
    {
        string? authorization = context.Request.Headers.Authorization;
        if (authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true)
        {
            return authorization["Bearer ".Length..].Trim();
        }

        if (context.Request.Headers["api-key"].ToString() is { Length: > 0 } header)
        {
            return header;
        }

        return context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(protocol => protocol.StartsWith(KeyProtocol, StringComparison.Ordinal))?[KeyProtocol.Length..];
    }

    // Hashed first, so that neither length nor place of the first difference can be timed.
    private static bool Same(string key, string shown) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(shown)));

    /// <summary>From this machine, and not handed on by a proxy on it, behind which anybody may be.</summary>
    private static bool IsHere(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
}
