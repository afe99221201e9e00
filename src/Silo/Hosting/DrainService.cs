using System.Runtime.InteropServices;
using Conversation.Grains.Composition;
using Conversation.Silo.Options;

namespace Conversation.Silo.Hosting;

/// <summary>
/// When the program is told to stop, the sessions go first and all else after. What happens then, in this order: this moves the live sessions to
/// other silos while gateway and silo still work; the gateway tells its clients <c>server_stopping</c>, and they resume at another gateway, where
/// their sessions already are; the web server stops; Orleans leaves the cluster.
/// </summary>
internal sealed partial class DrainService(SiloOptions options, SiloState state, IEnumerable<ISessionDrain> sessions, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DrainService> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>What a drain may take beyond its budget before it is left to itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private CancellationTokenRegistration stopping;

    // The callbacks of ApplicationStopping run last registered first, and services are told of the start in the order they were added:
    // this one is added after the gateway's, so its callback comes before the one that closes the clients' connections.
    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken)
    {
        stopping = lifetime.ApplicationStopping.Register(Drain);
        state.Joined();
        return Task.CompletedTask;
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stopping.Dispose();

    // In the signal's own callback, which holds back everything that stops after it.
    private void Drain()
    {
        if (state.Draining)
        {
            return;
        }

        state.Drain();
        using var cancellation = new CancellationTokenSource();
        // Asked a second time, it does not wait: the sessions are then as after a crash, known up to their last completed turn.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Hurry(signal, cancellation));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Hurry(signal, cancellation));
        var began = time.GetTimestamp();
        try
        {
            DrainAsync(cancellation.Token).GetAwaiter().GetResult();
            LogDrained(time.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception fault) when (fault is OperationCanceledException or TimeoutException)
        {
            LogNotAll(time.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception fault)
        {
            // The stop goes on, come what may: what is not moved is restored elsewhere from the store.
            LogFailed(fault);
        }
    }

    private async Task DrainAsync(CancellationToken cancellation)
    {
        foreach (var part in sessions)
        {
            await part.DrainAsync(options.DrainWithin, cancellation).WaitAsync(options.DrainWithin + Grace, time, cancellation).ConfigureAwait(false);
        }
    }

    private void Hurry(PosixSignalContext signal, CancellationTokenSource cancellation)
    {
        signal.Cancel = true;
        LogHurried();
        cancellation.Cancel();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Drained after {Seconds:0.0} s; leaving the cluster")]
    private partial void LogDrained(double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not everything had moved after {Seconds:0.0} s; the rest is restored from the store on other silos")]
    private partial void LogNotAll(double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Asked to stop again: no longer waiting for sessions to move")]
    private partial void LogHurried();

    [LoggerMessage(Level = LogLevel.Error, Message = "Sessions could not be moved; they are restored from the store on other silos")]
    private partial void LogFailed(Exception fault);
}
