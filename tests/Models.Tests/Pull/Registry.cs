using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conversation.Models.Pull;

namespace Conversation.Models.Tests.Pull;

/// <summary>
/// A registry on the loopback that misbehaves on request: plain sockets, since a real server would not cut an answer short.
/// </summary>
internal sealed class Registry : IPackageRegistry, IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public Registry()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public byte[] Tarball { get; set; } = [];

    public int Status { get; set; } = 200;

    /// <summary>Bytes of the body after which each answer's connection closes, in order; none once they are used up.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    public bool IgnoresRange { get; set; }

    /// <summary>What the Range header of each request said; empty when there was none.</summary>
    public ConcurrentQueue<string> Ranges { get; } = new();

    /// <summary>How often the registry's own client was asked to fetch.</summary>
    public int Fetched { get; private set; }

    public Task<(Uri? Tarball, PullFault? Fault)> LocateAsync(string package, CancellationToken cancel) =>
        Task.FromResult<(Uri?, PullFault?)>((new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{Uri.EscapeDataString(package)}.tgz"), null));

    public Task<PullFault?> FetchAsync(string package, string path, CancellationToken cancel)
    {
        Fetched++;
        File.WriteAllBytes(path, Tarball);
        return Task.FromResult<PullFault?>(null);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _serving.Wait();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            StreamReader reader = new(stream, Encoding.ASCII);
            string range = "";
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                range = line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase) ? line["Range:".Length..].Trim() : range;
            }

            Ranges.Enqueue(range);
            int from = range.Length > 0 && !IgnoresRange ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            int status = Status != 200 ? Status : range.Length > 0 && !IgnoresRange ? 206 : 200;
            byte[] body = Status == 200 ? Tarball[from..] : [];
            string head = $"HTTP/1.1 {status} x\r\nContent-Length: {body.Length}\r\nConnection: close\r\n"
                + (status == 206 ? $"Content-Range: bytes {from}-{Tarball.Length - 1}/{Tarball.Length}\r\n" : "") + "\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
            int sent = Cuts.TryDequeue(out int cut) ? Math.Min(cut, body.Length) : body.Length;
            await stream.WriteAsync(body.AsMemory(0, sent), _stop.Token);
        }
        catch (IOException)
        {
            // The client went away first, as it does when the disk is full.
        }
    }
}
