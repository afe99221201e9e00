using System.Net;
using System.Net.Http.Headers;
using Conversation.Inference.Remote.Wire;
using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Remote;

/// <summary>One remote engine's line: sends, tells what went wrong in this room's words, and leaves the server alone while it fails. Never logs the key or what was said.</summary>
internal sealed partial class RemoteClient : IDisposable
{
    private const int MostErrorBytes = 4096;
    private static readonly TimeSpan ErrorWithin = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient http;
    private readonly RemoteEndpointOptions options;
    private readonly RemoteServices services;
    private readonly Breaker breaker;
    private readonly SemaphoreSlim room;
    private readonly ILogger logger;
    private readonly string? key;
    private volatile string? why;

    public RemoteClient(string engine, RemoteEndpointOptions options, RemoteServices services)
    {
        (Engine, this.options, this.services) = (engine, options, services);
        logger = services.Loggers.CreateLogger<RemoteClient>();
        breaker = new Breaker(options.OpenAfter, options.OpenFor, options.OpenForAtMost, services.Time);
        room = new SemaphoreSlim(options.Concurrency);
        key = options.Key;
        http = new HttpClient(new SocketsHttpHandler
        {
            // A redirected POST would carry the caller's words elsewhere.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            UseCookies = false,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public string Engine { get; }

    public TimeProvider Time => services.Time;

    /// <summary>What it is at present, in words; null where all is well.</summary>
    public string? Degraded => breaker.IsOpen ? $"{Engine}: {options.Where} is left alone, and the models here stand in: {why}" : null;

    /// <summary>Asks for a way to the server; throws where there is none now. A trial that is due is run on the side.</summary>
    public Permit Enter(Func<Permit, Task> trial)
    {
        var answer = breaker.Ask();
        if (answer == BreakerAnswer.Trial)
        {
            services.Metrics.Asked(Engine);
            _ = TryAsync(trial);
        }

        if (answer != BreakerAnswer.Closed)
        {
            services.Metrics.FellBack(Engine, RemoteCause.Open);
            throw new RemoteException(RemoteCause.Open, $"{options.Where} failed before and is left alone: {why}");
        }

        if (!room.Wait(0))
        {
            services.Metrics.FellBack(Engine, RemoteCause.Busy);
            throw new RemoteException(RemoteCause.Busy, $"{options.Where}: {options.Concurrency} requests are out already (Concurrency).");
        }

        services.Metrics.Asked(Engine);
        return new Permit(this, counted: true);
    }

    private async Task TryAsync(Func<Permit, Task> trial)
    {
        using var permit = new Permit(this, counted: false);
        try
        {
            await trial(permit).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // What failed was told where it failed.
            if (fault is not RemoteException)
            {
                breaker.Abandoned();
            }
        }
    }

    /// <summary>Sends; the answer's header is there and says 2xx. Throws <see cref="RemoteException"/> otherwise; what it throws has not been counted yet.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, Func<HttpContent> content, CancellationToken cancellation)
    {
        for (var again = true; ; again = false)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.BaseUrl.TrimEnd('/') + path) { Content = content() };
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("conversation", "1"));
            if (key is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            HttpResponseMessage answer;
            try
            {
                answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            }
            catch (HttpRequestException fault) when (again && fault.HttpRequestError == HttpRequestError.ResponseEnded)
            {
                // A connection kept alive from before, which the server had given up.
                continue;
            }
            catch (HttpRequestException fault)
            {
                throw Classify(fault);
            }

            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                throw await RefusedAsync(answer, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What went wrong while an answer was read.</summary>
    public static RemoteException Classify(Exception fault) => fault switch
    {
        RemoteException known => known,
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse } or HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException } => new RemoteException(RemoteCause.Broken, fault.Message, null, fault),
        HttpRequestException http => new RemoteException(RemoteCause.Unreachable, http.Message, null, fault),
        InvalidDataException => new RemoteException(RemoteCause.BadAnswer, "an answer whose compression is torn", null, fault),
        _ => new RemoteException(RemoteCause.Broken, fault.Message, null, fault),
    };

    private async Task<RemoteException> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var status = (int)answer.StatusCode;
        var cause = status switch
        {
            401 or 403 => RemoteCause.KeyRefused,
            404 or 405 => RemoteCause.NotFound,
            429 => RemoteCause.TooMany,
            408 => RemoteCause.Timeout,
            >= 500 => RemoteCause.ServerError,
            _ => RemoteCause.BadRequest,
        };

        // What a server says of a key may hold the key.
        var said = cause == RemoteCause.KeyRefused ? options.KeyVariable is { } variable ? $"look at {variable}" : "name its key's variable in ApiKeyVariable" : await SaidAsync(answer, cancellation).ConfigureAwait(false);
        var wait = answer.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - Time.GetUtcNow() : null;
        return new RemoteException(cause, $"{status} {answer.StatusCode}{(said.Length > 0 ? ": " + said : "")}", wait);
    }

    private async Task<string> SaidAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(ErrorWithin, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var body = new byte[MostErrorBytes];
            using var stream = await answer.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
            var said = ErrorText.Read(body.AsSpan(0, read));
            return key is null ? said : said.Replace(key, "(the key)", StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The status says enough.
            return "";
        }
    }

    private void Fail(RemoteException fault)
    {
        services.Metrics.FellBack(Engine, fault.Cause);
        var certain = fault.Cause is RemoteCause.KeyRefused or RemoteCause.NotFound or RemoteCause.TooMany;
        why = fault.Message;
        var was = breaker.IsOpen;
        if (breaker.Failed(certain, fault.RetryAfter) is { } wait)
        {
            services.Metrics.Opened(Engine, was ? 0 : 1);
            LogOpened(Engine, options.Where, wait.TotalSeconds, RemoteException.NameOf(fault.Cause), fault.Message);
        }
        else
        {
            LogFailed(Engine, options.Where, RemoteException.NameOf(fault.Cause), fault.Message);
        }
    }

    private void Succeed()
    {
        if (breaker.Succeeded())
        {
            services.Metrics.Opened(Engine, -1);
            LogBack(Engine, options.Where);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        room.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Remote {Engine} at {Where} failed ({Cause}): {Why}. The models here stand in")]
    private partial void LogFailed(string engine, string where, string cause, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Remote {Engine} at {Where} is left alone for {Seconds:0.#} s ({Cause}): {Why}. The models here stand in")]
    private partial void LogOpened(string engine, string where, double seconds, string cause, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Remote {Engine} at {Where} is back")]
    private partial void LogBack(string engine, string where);

    /// <summary>One request's leave; says once how it went.</summary>
    public sealed class Permit(RemoteClient client, bool counted) : IDisposable
    {
        private readonly long began = client.Time.GetTimestamp();
        private int told;
        private int disposed;

        /// <summary>The first sound, or the words.</summary>
        public void FirstByte() => client.services.Metrics.FirstByte(client.Engine, client.Time.GetElapsedTime(began));

        public TimeSpan Took => client.Time.GetElapsedTime(began);

        public void Succeeded()
        {
            if (Interlocked.Exchange(ref told, 1) == 0)
            {
                client.Succeed();
            }
        }

        public RemoteException Failed(RemoteException fault)
        {
            if (Interlocked.Exchange(ref told, 1) == 0)
            {
                client.Fail(fault);
            }

            return fault;
        }

        /// <summary>The server did well, and it helps nothing.</summary>
        public RemoteException Unused(RemoteException fault)
        {
            client.services.Metrics.FellBack(client.Engine, fault.Cause);
            return fault;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) != 0)
            {
                return;
            }

            if (counted)
            {
                client.room.Release();
            }
            else if (Interlocked.Exchange(ref told, 1) == 0)
            {
                client.breaker.Abandoned();
            }
        }
    }
}
