using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Conversation.Grains.Board;

/// <summary>
/// This silo's side of the board: holds its own card, posts it every <see cref="BoardOptions.PostEvery"/> and at once on <see cref="Changed"/>, and keeps what came back.
/// Works on the shared pool, never on a grain's scheduler. Where the board cannot be reached, what was seen last holds until it is too old.
/// </summary>
internal sealed partial class SiloBoard : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly BoardOptions options;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILogger<SiloBoard> logger;
    private readonly ConcurrentDictionary<SiloAddress, Seen> seen = new();
    private readonly List<Func<SiloCard, SiloCard>> parts = [];
    private readonly Lock gate = new();
    private readonly SiloCard blank;
    private ITimer? timer;
    private long version;
    private int posting;
    private bool failing;

    public SiloBoard(BoardOptions options, ILocalSiloDetails silo, IGrainFactory grains, TimeProvider time, ILogger<SiloBoard> logger)
    {
        (this.options, this.grains, this.time, this.logger) = (options, grains, time, logger);
        blank = new SiloCard { Silo = silo.SiloAddress, Name = silo.Name };
    }

    /// <summary>Who this silo is.</summary>
    public SiloAddress Silo => blank.Silo;

    /// <summary>This silo's card as it is now.</summary>
    public SiloCard Own
    {
        get
        {
            lock (gate)
            {
                return parts.Aggregate(blank, (card, part) => part(card)) with { Version = version };
            }
        }
    }

    /// <summary>The others' cards that are not too old, whatever membership says of them.</summary>
    public IEnumerable<SiloCard> Others => seen.Values.Where(IsFresh).Select(other => other.Card);

    /// <summary>Lets <paramref name="part"/> fill in its part of the card whenever the card is asked for: it must be quick and must not block.</summary>
    public void Describe(Func<SiloCard, SiloCard> part)
    {
        lock (gate)
        {
            parts.Add(part);
        }

        Changed();
    }

    /// <summary>Posts the card now: something on it is no longer true.</summary>
    public void Changed() => Volatile.Read(ref timer)?.Change(TimeSpan.Zero, options.PostEvery);

    /// <summary>Posts once and takes in what comes back; false where the board could not be reached.</summary>
    public async Task<bool> PostAsync()
    {
        SiloCard card;
        lock (gate)
        {
            version++;
            card = Own;
        }

        try
        {
            var all = await grains.GetGrain<IBoardGrain>(0).PostAsync(card).WaitAsync(options.KeepFor / 2, time).ConfigureAwait(false);
            TakeIn(all);
            if (failing)
            {
                failing = false;
                LogBack();
            }

            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            if (!failing)
            {
                failing = true;
                LogFailed(fault, options.KeepFor.TotalSeconds);
            }

            return false;
        }
        finally
        {
            Prune();
        }
    }

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(SiloBoard), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    public void Dispose() => Interlocked.Exchange(ref timer, null)?.Dispose();

    private async Task StartAsync(CancellationToken cancellation)
    {
        // Whoever opens the first session here should already know the others; where the board is slow, the timer goes on.
        await PostAsync().ConfigureAwait(false);
        using (ExecutionContext.SuppressFlow())
        {
            Volatile.Write(ref timer, time.CreateTimer(static board => ((SiloBoard)board!).OnTimer(), this, options.PostEvery, options.PostEvery));
        }
    }

    private async Task StopAsync(CancellationToken cancellation)
    {
        Dispose();
        try
        {
            await grains.GetGrain<IBoardGrain>(0).LeaveAsync(Silo).WaitAsync(options.PostEvery, time, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The others learn it from membership.
            LogNotLeft(fault);
        }
    }

    private void OnTimer()
    {
        // One posting at a time; what changes meanwhile is posted right after it.
        if (Interlocked.Exchange(ref posting, 2) == 0)
        {
            _ = PostWhileAskedAsync();
        }
    }

    private async Task PostWhileAskedAsync()
    {
        do
        {
            Volatile.Write(ref posting, 1);
            await PostAsync().ConfigureAwait(false);
        }
        while (Interlocked.CompareExchange(ref posting, 0, 1) != 1);
    }

    private void TakeIn(PostedCard[] all)
    {
        var now = time.GetTimestamp();
        foreach (var (card, age) in all)
        {
            if (card.Silo.Equals(Silo))
            {
                continue;
            }

            var next = new Seen(card, now - (long)(age.TotalSeconds * time.TimestampFrequency));
            seen.AddOrUpdate(card.Silo, next, (_, old) => old.Card.Version > card.Version ? old : next);
        }
    }

    private void Prune()
    {
        foreach (var (silo, other) in seen)
        {
            if (!IsFresh(other))
            {
                seen.TryRemove(KeyValuePair.Create(silo, other));
            }
        }
    }

    private bool IsFresh(Seen other) => time.GetElapsedTime(other.At) <= options.KeepFor;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The board cannot be reached; what the other silos told holds for {Seconds:0} s more at most")]
    private partial void LogFailed(Exception fault, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The board answers again")]
    private partial void LogBack();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The card could not be taken down")]
    private partial void LogNotLeft(Exception fault);

    private sealed record Seen(SiloCard Card, long At);
}
