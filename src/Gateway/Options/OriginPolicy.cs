namespace Conversation.Gateway;

/// <summary>
/// Which web pages may use this gateway. A WebSocket is not held by the same-origin rule, so without this any page a person visits could
/// open a session from their browser.
/// </summary>
internal sealed class OriginPolicy(IReadOnlyList<string> allowed)
{
    /// <summary>True for the gateway's own page, for a listed origin, and for what is no browser (no Origin header).</summary>
    public bool Allows(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        return string.IsNullOrEmpty(origin) || Lists(origin) || IsOwn(origin, request.Host);
    }

    /// <summary>True for an origin of the list.</summary>
    public bool Lists(string origin) =>
        allowed.Any(entry => entry == "*" || string.Equals(entry.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for <c>*</c> or a scheme, host and port alone.</summary>
    public static bool IsOrigin(string text) => text == "*" ||
        (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0);

    // The scheme is left aside: behind a proxy that ends TLS the page says https and the request http.
    private static bool IsOwn(string origin, HostString host) =>
        host.HasValue && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && string.Equals(uri.IsDefaultPort ? uri.Host : $"{uri.Host}:{uri.Port}", Plain(host, uri.IsDefaultPort), StringComparison.OrdinalIgnoreCase);

    private static string Plain(HostString host, bool defaultPort) =>
        defaultPort && host.Port is 80 or 443 ? host.Host : host.Value!;
}
