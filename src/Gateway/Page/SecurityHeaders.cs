namespace Conversation.Gateway.Page;

/// <summary>Headers on every answer: what the page may load, and that only it may use the microphone.</summary>
internal static class SecurityHeaders
{
    // The page keeps worklets, styles and icons in files, so nothing inline is let in. ws: and wss: because older browsers do not count
    // a WebSocket to the page's own host as 'self'; blob: is for recordings that a page plays or offers.
    private const string Policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "font-src 'self'; media-src 'self' blob:; connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=(), display-capture=()";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return next(context);
    });
}
