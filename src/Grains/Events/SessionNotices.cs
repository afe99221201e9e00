using System.Threading.Channels;
using Conversation.Grains.Composition;
using Conversation.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace Conversation.Grains.Events;

/// <summary>
/// Puts transcript and turn events on Orleans streams, one a tenant: provider "events", namespace "conversation.events". They may lag and, where nobody can follow, are
/// dropped with a word in the log; frames never go this way.
/// </summary>
internal sealed partial class SessionNotices : IAsyncDisposable
{
    /// <summary>Namespace of the streams; the key is the tenant, "-" for the host's own.</summary>
    public const string Namespace = "conversation.events";

    private const int Capacity = 10_000;

    private readonly IServiceProvider services;
    private readonly TimeProvider time;
    private readonly ILogger<SessionNotices> logger;
    private readonly Channel<SessionNotice>? queue;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task sending = Task.CompletedTask;
    private long dropped;
    private bool failing;

    public SessionNotices(IServiceProvider services, GrainOptions options, TimeProvider time, ILogger<SessionNotices> logger)
    {
        (this.services, this.time, this.logger) = (services, time, logger);
        if (options.Events)
        {
            queue = Channel.CreateBounded<SessionNotice>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Interlocked.Increment(ref dropped));
            sending = Task.Run(SendAsync);
        }
    }

    /// <summary>The stream of a tenant.</summary>
    public static StreamId StreamOf(string tenant) => StreamId.Create(Namespace, tenant.Length == 0 ? "-" : tenant);

    /// <summary>Notes an event. Returns at once.</summary>
    public void Publish(string tenant, string session, SessionEvent message)
    {
        if (queue is not null && IsOfInterest(message))
        {
            queue.Writer.TryWrite(new SessionNotice { Session = session, Tenant = tenant, UnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Event = message });
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The silo is gone by now: what still waits would be tried in vain, one notice after another.
        await stopping.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    // What a client needs at once and nobody else later stays out.
    private static bool IsOfInterest(SessionEvent message) => message is SessionEvent.HypothesisFinal or SessionEvent.ReplyStarted or SessionEvent.InterruptionJudged
        or SessionEvent.TurnLatency or SessionEvent.TurnCompleted or SessionEvent.ActionRequested or SessionEvent.Error or SessionEvent.Closed;

    private async Task SendAsync()
    {
        await foreach (var notice in queue!.Reader.ReadAllAsync(stopping.Token).ConfigureAwait(false))
        {
            try
            {
                var stream = services.GetRequiredKeyedService<IStreamProvider>(StreamNames.Events).GetStream<SessionNotice>(StreamOf(notice.Tenant));
                await stream.OnNextAsync(notice).WaitAsync(stopping.Token).ConfigureAwait(false);
                failing = false;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException && !stopping.IsCancellationRequested)
            {
                if (!failing)
                {
                    failing = true;
                    LogFailed(fault);
                }
            }

            if (Interlocked.Exchange(ref dropped, 0) is > 0 and var count)
            {
                LogDropped(count);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session events cannot be put on their stream; sessions go on without")]
    private partial void LogFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} session events were dropped: their stream is too slow")]
    private partial void LogDropped(long count);
}
