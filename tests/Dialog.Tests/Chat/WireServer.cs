using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conversation.Dialog.Tests.Chat;

/// <summary>A chat server on this machine that speaks the real wire formats from a script: one handler a request, the last for all that follow.</summary>
internal sealed class WireServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Queue<Func<HttpListenerContext, Task>> _script;
    private Func<HttpListenerContext, Task> _last = static _ => Task.CompletedTask;

    public WireServer(params Func<HttpListenerContext, Task>[] script)
    {
        _script = new Queue<Func<HttpListenerContext, Task>>(script);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Url { get; }

    public ConcurrentQueue<(string Path, string Body, string Key)> Requests { get; } = new();

    /// <summary>Completes when a client went away in the middle of an answer.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Func<HttpListenerContext, Task> Status(int status, string body, params (string, string)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.AddHeader(name, value);
        }

        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
    };

    public static Func<HttpListenerContext, Task> Stream(params string[] events) => async context =>
    {
        await SendAsync(context, events);
        context.Response.Close();
    };

    /// <summary>Sends and then says no more until the client leaves.</summary>
    public Func<HttpListenerContext, Task> Stall(params string[] events) => async context =>
    {
        await SendAsync(context, events);
        try
        {
            while (true)
            {
                await Task.Delay(50);
                await context.Response.OutputStream.WriteAsync(": keep\n\n"u8.ToArray());
                await context.Response.OutputStream.FlushAsync();
            }
        }
        catch (Exception)
        {
            Left.TrySetResult();
        }
    };

    public void Dispose() => _listener.Close();

    private static async Task SendAsync(HttpListenerContext context, string[] events)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.SendChunked = true;
        foreach (var one in events)
        {
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(one + "\n\n"));
            await context.Response.OutputStream.FlushAsync();
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            Requests.Enqueue((context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync(), context.Request.Headers["Authorization"] ?? context.Request.Headers["x-api-key"] ?? ""));
            _last = _script.Count > 0 ? _script.Dequeue() : _last;
            _ = _last(context);
        }
    }
}
