using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>
/// Where the carrier believes this gateway to be: it signs the address that it was given, which a proxy may have changed. Without <c>PublicUrl</c> the host is what
/// the request says, by <c>Host</c> or by a trusted proxy's <c>X-Forwarded-Host</c>, which proxies on this machine may pass on from anybody: a signature then
/// does not show that it was made for this gateway and not for another server of the same account.
/// </summary>
internal sealed class PublicAddress(GatewayOptions options)
{
    private readonly IPAddress[] proxies = [.. options.Twilio.Proxies.Select(IPAddress.Parse).Select(Plain)];

    /// <summary>Scheme, host, port and path before the gateway's own, without a slash at the end: "https://talk.example.com".</summary>
    public string Root(HttpContext context)
    {
        if (options.Twilio.PublicUrl is { } configured)
        {
            return configured.TrimEnd('/');
        }

        var request = context.Request;
        var (scheme, host) = (request.Scheme, request.Host.Value ?? "");
        if (IsTrusted(context.Connection.RemoteIpAddress))
        {
            // The last is what the proxy nearest to us put there; those before may come from anybody.
            scheme = Last(request.Headers["X-Forwarded-Proto"].ToString()) is { Length: > 0 } forwarded && forwarded is "http" or "https" or "ws" or "wss" ? Last(request.Headers["X-Forwarded-Proto"].ToString()) : scheme;
            host = Last(request.Headers["X-Forwarded-Host"].ToString()) is { Length: > 0 } name ? name : host;
        }

        return $"{(scheme is "https" or "wss" ? "https" : "http")}://{host}{request.PathBase}";
    }

    /// <summary>Whether it comes from this machine and was not handed on by a proxy on it.</summary>
    public static bool IsHere(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && !context.Request.Headers.Keys.Any(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase));

    /// <summary>The URLs that may have been signed for this request.</summary>
    public IReadOnlyList<string> Signed(HttpContext context)
    {
        // As it came, escapes and all: what was signed is what was sent.
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw && raw[0] == '/' ? raw : context.Request.Path + context.Request.QueryString.ToString();
        return Forms(Root(context), target, context.WebSockets.IsWebSocketRequest);
    }

    /// <summary>A URL with the standard port and without, with a slash at the end and without, and for a WebSocket by either name of its scheme: Twilio is not consistent in these.</summary>
    public static IReadOnlyList<string> Forms(string root, string target, bool socket)
    {
        if (!Uri.TryCreate(root, UriKind.Absolute, out var parsed))
        {
            return [];
        }

        var secure = parsed.Scheme == "https";
        var after = root.AsSpan(root.IndexOf("://", StringComparison.Ordinal) + 3);
        var slash = after.IndexOf('/');
        var (authority, path) = slash < 0 ? (after.ToString(), "") : (after[..slash].ToString(), after[slash..].ToString());
        var standard = secure ? ":443" : ":80";
        var colon = authority.LastIndexOf(':');
        // Neither that of an IPv6 address nor that of a name and a password before it.
        var ported = colon > authority.LastIndexOfAny([']', '@']);
        string[] hosts = !ported ? [authority, authority + standard] : [authority, authority[..colon]];
        string[] schemes = (secure, socket) switch { (true, true) => ["wss", "https"], (true, false) => ["https"], (false, true) => ["ws", "http"], _ => ["http"] };
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (place, query) = question < 0 ? (target, "") : (target[..question], target[question..]);
        string[] places = [place, place.EndsWith('/') ? place[..^1] : place + "/"];
        return [.. from scheme in schemes from host in hosts from one in places select $"{scheme}://{host}{path}{one}{query}"];
    }

    private bool IsTrusted(IPAddress? from) => from is not null && (IPAddress.IsLoopback(from) || proxies.Contains(Plain(from)));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Last(string list) => list[(list.LastIndexOf(',') + 1)..].Trim();
}
