using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Conversation.TestKit.Remote;

/// <summary>A request as it came.</summary>
public sealed record AudioApiRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The fields of a multipart form (RFC 7578), by name; a file's bytes as Latin-1.</summary>
    public IReadOnlyDictionary<string, (string Value, string? FileName, string? Type)> Form()
    {
        var boundary = "--" + Headers["content-type"].Split("boundary=")[1].Trim('"');
        var fields = new Dictionary<string, (string, string?, string?)>();
        foreach (var part in Encoding.Latin1.GetString(Body).Split(boundary).Skip(1).Where(p => !p.StartsWith("--", StringComparison.Ordinal)))
        {
            var split = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var head = part[..split];
            var type = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1].Trim();
            fields[Attribute(head, " name=")!] = (part[(split + 4)..^2], Attribute(head, "filename="), type);
        }

        return fields;
    }

    private static string? Attribute(string head, string name)
    {
        var at = head.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? null : head[(at + name.Length)..].Split(';', '\r')[0].Trim().Trim('"');
    }
}

/// <summary>One call of the server's: what was asked, and ways to answer well or badly.</summary>
public sealed class AudioApiCall(AudioApiRequest request, Stream stream, Socket socket, CancellationToken gone)
{
    private bool chunked;

    /// <summary>What was asked.</summary>
    public AudioApiRequest Request => request;

    /// <summary>Set when the caller has gone.</summary>
    public CancellationToken Gone => gone;

    /// <summary>Sends a head; a body in chunks follows unless <paramref name="headers"/> name its length.</summary>
    public Task HeadAsync(int status, string? type, params string[] headers)
    {
        chunked = !headers.Any(h => h.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase));
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\n");
        foreach (var line in headers.Concat(type is null ? [] : [$"Content-Type: {type}"]).Concat(chunked ? ["Transfer-Encoding: chunked"] : []))
        {
            head.Append(line).Append("\r\n");
        }

        return RawAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
    }

    /// <summary>Sends a part of the body.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> part)
    {
        if (part.IsEmpty)
        {
            return;
        }

        if (chunked)
        {
            await RawAsync(Encoding.ASCII.GetBytes(part.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
        }

        await RawAsync(part);
        if (chunked)
        {
            await RawAsync("\r\n"u8.ToArray());
        }
    }

    /// <summary>Ends the body.</summary>
    public Task EndAsync() => chunked ? RawAsync("0\r\n\r\n"u8.ToArray()) : Task.CompletedTask;

    /// <summary>A whole answer.</summary>
    public async Task AnswerAsync(int status, string type, ReadOnlyMemory<byte> body, params string[] headers)
    {
        await HeadAsync(status, type, [.. headers, $"Content-Length: {body.Length}"]);
        await SendAsync(body);
    }

    /// <summary>A whole answer in text.</summary>
    public Task AnswerAsync(int status, string type, string body, params string[] headers) => AnswerAsync(status, type, Encoding.UTF8.GetBytes(body), headers);

    /// <summary>Sends bytes as they are.</summary>
    public async Task RawAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes, gone);
        await stream.FlushAsync(gone);
    }

    /// <summary>Breaks the connection off.</summary>
    public void Cut()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Says nothing until the caller goes.</summary>
    public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);

    /// <summary>Waits.</summary>
    public Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, gone);
}

/// <summary>
/// A server of OpenAI's audio API over a bare socket, so that it can also do what no server should. Speech is a tone, as long as the text asks for, with silence around it; a transcript is what a test says.
/// The official client's own requests and parsers are held against it in the tests.
/// </summary>
public sealed class AudioApiServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;

    /// <summary>Listens on a free port.</summary>
    public AudioApiServer()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>The base address.</summary>
    public string BaseUrl => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1";

    /// <summary>Everything that was asked.</summary>
    public ConcurrentQueue<AudioApiRequest> Requests { get; } = new();

    /// <summary>Callers that broke off before their answer was whole.</summary>
    public int BrokenOff;

    /// <summary>What is heard in any audio.</summary>
    public string Transcript { get; set; } = "What the server heard.";

    /// <summary>How to answer; null: well and at once.</summary>
    public Func<AudioApiCall, Task>? Script { get; set; }

    /// <summary>Seconds of speech for each letter.</summary>
    public const double SecondsPerLetter = 0.06;

    /// <summary>Speech as PCM16 at 24 kHz.</summary>
    public static byte[] Speech(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const int rate = 24_000;
        var lead = rate * 15 / 100;
        var sound = (int)(text.Length * SecondsPerLetter * rate);
        var bytes = new byte[2 * (lead + sound + (rate * 3 / 10))];
        for (var i = 0; i < sound; i++)
        {
            var value = (short)(3_000 * Math.Sin(i * 2 * Math.PI * 220 / rate));
            bytes[2 * (lead + i)] = (byte)value;
            bytes[(2 * (lead + i)) + 1] = (byte)(value >> 8);
        }

        return bytes;
    }

    /// <summary>The usual answer.</summary>
    public async Task WellAsync(AudioApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Request.Path.EndsWith("/audio/speech", StringComparison.Ordinal))
        {
            await call.HeadAsync(200, "audio/pcm");
            var speech = Speech(call.Request.Json.GetProperty("input").GetString()!);
            for (var at = 0; at < speech.Length; at += 4_801)
            {
                await call.SendAsync(speech.AsMemory(at, Math.Min(4_801, speech.Length - at)));
            }

            await call.EndAsync();
        }
        else if (call.Request.Path.EndsWith("/audio/transcriptions", StringComparison.Ordinal))
        {
            await call.AnswerAsync(200, "application/json", JsonSerializer.Serialize(new { text = Transcript, usage = new { type = "duration", seconds = 1 } }));
        }
        else if (call.Request.Path.EndsWith("/models", StringComparison.Ordinal))
        {
            await call.AnswerAsync(200, "application/json", """{"object":"list","data":[{"id":"voice-1","object":"model","created":1,"owned_by":"us"},{"id":"ear-1","object":"model","created":1,"owned_by":"us"}]}""");
        }
        else
        {
            await call.AnswerAsync(404, "application/json", """{"error":{"message":"There is nothing here.","type":"invalid_request_error"}}""");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var socket = await listener.AcceptSocketAsync(stop.Token);
            connections.Add(Task.Run(() => ServeAsync(socket)));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        socket.NoDelay = true;
        var stream = new NetworkStream(socket);
        try
        {
            while (await ReadAsync(stream) is { } request)
            {
                Requests.Enqueue(request);
                using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                using var answered = new CancellationTokenSource();
                var watching = WatchAsync(socket, gone, answered.Token);
                try
                {
                    await (Script ?? WellAsync)(new AudioApiCall(request, stream, socket, gone.Token));
                }
                finally
                {
                    await answered.CancelAsync();
                    await watching;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref BrokenOff);
        }
    }

    /// <summary>Sees the caller go while an answer is being made.</summary>
    private static async Task WatchAsync(Socket socket, CancellationTokenSource gone, CancellationToken answered)
    {
        try
        {
            while (!answered.IsCancellationRequested)
            {
                if (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
                {
                    await gone.CancelAsync();
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, answered);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Answered, or cut.
        }
    }

    private async Task<AudioApiRequest?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !(head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n");
        var headers = lines.Skip(1).Where(l => l.Contains(':', StringComparison.Ordinal)).ToDictionary(l => l[..l.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant(), l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
        byte[] body;
        if (headers.TryGetValue("content-length", out var length))
        {
            body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, stop.Token);
        }
        else
        {
            body = headers.ContainsKey("transfer-encoding") ? await ChunksAsync(stream) : [];
        }

        var first = lines[0].Split(' ');
        return new AudioApiRequest(first[0], first[1], headers, body);
    }

    private async Task<byte[]> ChunksAsync(NetworkStream stream)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = new StringBuilder();
            var one = new byte[1];
            while (line.Length < 2 || line[^1] != '\n')
            {
                await stream.ReadExactlyAsync(one, stop.Token);
                line.Append((char)one[0]);
            }

            var chunk = new byte[int.Parse(line.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 2];
            await stream.ReadExactlyAsync(chunk, stop.Token);
            if (chunk.Length == 2)
            {
                return body.ToArray();
            }

            body.Write(chunk, 0, chunk.Length - 2);
        }
    }
}
