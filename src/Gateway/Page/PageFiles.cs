using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Conversation.Gateway.Page;

/// <summary>Serves the page. Files under <c>assets/</c> carry a hash in their name and are kept for a year; the rest are asked for anew each time (and answered 304).</summary>
internal static class PageFiles
{
    private const string Missing = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Conversation</title>
        <p>The gateway runs, but its page is not built. Start with <code>./run</code>, or build it: <code>npm ci &amp;&amp; npm run build</code> in <code>web</code>.
        """;

    public static void Use(IApplicationBuilder app, string? folder)
    {
        if (folder is null)
        {
            app.Use((context, next) => context.Request.Path == "/" && HttpMethods.IsGet(context.Request.Method) ? Explain(context) : next(context));
            return;
        }

        var files = new PhysicalFileProvider(folder);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files, DefaultFileNames = ["index.html"] });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = new FileExtensionContentTypeProvider { Mappings = { [".mjs"] = "text/javascript", [".wasm"] = "application/wasm" } },
            OnPrepareResponse = prepared => prepared.Context.Response.Headers.CacheControl =
                prepared.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }

    private static Task Explain(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Missing);
    }
}
