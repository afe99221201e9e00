using Conversation.Gateway.Page;
using Conversation.Gateway.Rest;
using Conversation.Sessions;

namespace Conversation.Gateway.Hosting;

/// <summary>What stands before the endpoints: put in by a startup filter, so that a host needs only AddGateway and MapGateway.</summary>
internal sealed class GatewayPipeline(GatewayOptions options, OriginPolicy origins) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        SecurityHeaders.Use(app);
        app.Use((context, pass) => !context.Request.Path.StartsWithSegments(GatewayExtensions.HubPath, StringComparison.OrdinalIgnoreCase) || origins.Allows(context.Request)
            ? pass(context)
            : Problems.Write(context, new SessionFault("bad_origin", "This page's origin may not use this gateway; list it in the gateway's Origins.", "Gateway:Origins"), StatusCodes.Status403Forbidden));
        app.UseCors(GatewayExtensions.CorsPolicy);
        PageFiles.Use(app, PageFolder.Find(options.PagePath));
        next(app);
    };
}
