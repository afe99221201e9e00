using System.Collections.Concurrent;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>Twilio's REST interface for calls, from its documents: Basic auth, forms, JSON; and Telnyx's commands. Answers as it is scripted to first, then as it should.</summary>
internal sealed class TwilioRestPeer : IAsyncDisposable
{
    public const string ApiKey = "KEY0123456789";
    private readonly WebApplication app;

    private TwilioRestPeer(WebApplication app) => this.app = app;

    public string Url { get; private set; } = "";

    /// <summary>Each request by its path, with its form, or its JSON as "".</summary>
    public ConcurrentQueue<(string Path, Dictionary<string, string> Fields)> Requests { get; } = new();

    /// <summary>Statuses to answer with first; 0 answers nothing until the client goes.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Script { get; } = new();

    public static async Task<TwilioRestPeer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var peer = new TwilioRestPeer(builder.Build());
        peer.app.Run(peer.Answer);
        await peer.app.StartAsync();
        peer.Url = peer.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return peer;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var telnyx = path.StartsWith("/v2/", StringComparison.Ordinal);
        var fields = context.Request.HasFormContentType ? (await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString()) : new() { [""] = await new StreamReader(context.Request.Body).ReadToEndAsync() };
        Requests.Enqueue((path, fields));
        if (Script.TryDequeue(out var scripted))
        {
            if (scripted.Status == 0)
            {
                var left = new TaskCompletionSource();
                context.RequestAborted.Register(left.SetResult);
                await left.Task;
                return;
            }

            context.Response.Headers.RetryAfter = scripted.RetryAfter;
            await Fail(context, scripted.Status, 20_000 + scripted.Status, scripted.Status == 429 ? "Too Many Requests" : "An internal server error has occurred");
            return;
        }

        var expected = telnyx ? $"Bearer {ApiKey}" : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TwilioPeer.Account}:{TwilioPeer.Secret}"));
        if (context.Request.Headers.Authorization != expected)
        {
            await Fail(context, 401, 20003, "Authenticate");
            return;
        }

        if (telnyx)
        {
            await Send(context, 200, """{"data":{"result":"ok"}}""");
            return;
        }

        var calls = $"/2010-04-01/Accounts/{TwilioPeer.Account}/Calls";
        if (path == calls + ".json")
        {
            if (!fields.TryGetValue("To", out var to) || !to.StartsWith('+'))
            {
                await Fail(context, 400, 21211, $"The 'To' number {to} is not a valid phone number.");
                return;
            }

            await Send(context, 201, $$"""{"sid":"{{TwilioPeer.NewCall()}}","status":"queued","direction":"outbound-api","price":null}""");
            return;
        }

        if (!path.StartsWith(calls + "/CA", StringComparison.Ordinal) || path.Contains("CA404", StringComparison.Ordinal))
        {
            await Fail(context, 404, 20404, $"The requested resource {path} was not found");
            return;
        }

        if (fields.TryGetValue("Twiml", out var twiml))
        {
            _ = XElement.Parse(twiml);
        }

        await Send(context, 200, $$"""{"sid":"{{path[(calls.Length + 1)..^".json".Length]}}","status":"in-progress"}""");
    }

    private static Task Fail(HttpContext context, int status, int code, string message) =>
        Send(context, status, $$"""{"code":{{code}},"message":"{{message}}","more_info":"https://www.twilio.com/docs/errors/{{code}}","status":{{status}}}""");

    private static Task Send(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
