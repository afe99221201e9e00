using System.Threading.Channels;
using Conversation.Sessions.Pump;
using Conversation.Sessions.Store;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Hosting;

/// <summary>Writes sessions to the store, one at a time, off the sessions' own path. Bounded: where the store cannot follow, the newest state of each session still gets written, as only the latest is kept.</summary>
internal sealed partial class TranscriptWriter : IAsyncDisposable
{
    private readonly ISessionStore store;
    private readonly TimeProvider time;
    private readonly SessionMetrics metrics;
    private readonly ILogger logger;
    private readonly Dictionary<string, LiveSession> dirty = [];
    private readonly Lock gate = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task loop;

    public TranscriptWriter(ISessionStore store, TimeProvider time, SessionMetrics metrics, ILogger<TranscriptWriter> logger)
    {
        this.store = store;
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        loop = Task.Run(RunAsync);
    }

    public void Changed(LiveSession session)
    {
        lock (gate)
        {
            dirty[session.Id] = session;
        }

        signal.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        signal.Writer.TryComplete();
        await loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach (var _ in signal.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await WriteDirtyAsync().ConfigureAwait(false);
        }

        await WriteDirtyAsync().ConfigureAwait(false);
    }

    private async Task WriteDirtyAsync()
    {
        while (Take() is { } session)
        {
            var last = session.IsClosed;
            var record = session.Record(time.GetUtcNow().ToUnixTimeMilliseconds());
            try
            {
                if (session.Forgotten)
                {
                    await store.DeleteAsync(session.Id).ConfigureAwait(false);
                }
                else
                {
                    await store.SaveAsync(record).ConfigureAwait(false);
                }
            }
            catch (SessionStoreException fault)
            {
                metrics.StoreFailed();
                LogNotSaved(session.Id, fault);
                session.Pump.Tell(new SessionEvent.Error(fault.Fault.Code, fault.Fault.Message, fault.Fault.Setting));
            }

            session.Written(record.Turns.Count, last);
        }
    }

    private LiveSession? Take()
    {
        lock (gate)
        {
            foreach (var (id, session) in dirty)
            {
                dirty.Remove(id);
                return session;
            }

            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} could not be saved; it goes on")]
    private partial void LogNotSaved(string session, Exception fault);
}
