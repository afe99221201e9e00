using Conversation.Sessions.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conversation.Sessions.Composition;

/// <summary>Forgets sessions for which nobody came back, at start and every ten minutes.</summary>
internal sealed partial class OldSessions(ConversationOptions options, ISessionStore store, TimeProvider time, ILogger<OldSessions> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private ITimer? timer;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ForgetAsync(cancellationToken).ConfigureAwait(false);
        timer = time.CreateTimer(_ => _ = ForgetAsync(CancellationToken.None), null, Every, Every);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Interlocked.Exchange(ref timer, null)?.Dispose();

    private async Task ForgetAsync(CancellationToken cancellation)
    {
        try
        {
            await store.DeleteOlderThanAsync((time.GetUtcNow() - options.Sessions.KeepFor).ToUnixTimeMilliseconds(), cancellation).ConfigureAwait(false);
        }
        catch (SessionStoreException fault)
        {
            // A store that fails costs memory of old calls, not the calls.
            LogStoreFailed(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The session store failed; sessions go on without it")]
    private partial void LogStoreFailed(Exception fault);
}
