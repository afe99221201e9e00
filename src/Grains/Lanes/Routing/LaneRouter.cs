using System.Collections.Concurrent;
using Conversation.Grains.Board;
using Conversation.Grains.Lanes.Local;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Conversation.Grains.Lanes.Routing;

/// <summary>
/// Finds a lane for a request and asks it: this silo's own where it has one that is well (no hop), else another silo's, else a spare one. A lane that fails, hangs or is full
/// costs the request a detour, not its answer. Called from sessions on whatever thread; goes on on the shared pool.
/// </summary>
internal sealed partial class LaneRouter(
    LocalLanes local,
    Cards cards,
    IGrainFactory grains,
    LaneRouterOptions options,
    LaneRouterMetrics metrics,
    TimeProvider time,
    ILogger<LaneRouter> logger)
{
    private readonly ConcurrentDictionary<string, LaneHealth> healths = new();
    private readonly LaneAffinity affinity = new(time);

    public LaneRouterOptions Options => options;

    public LaneRouterMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public IGrainFactory Grains => grains;

    /// <summary>The lanes of a role that are known, this silo's first.</summary>
    public IEnumerable<LaneCard> Known(LaneRole role, string? tier = null) =>
        local.All.Select(lane => lane.Card).Concat(cards.Others.SelectMany(card => card.Lanes)).Where(lane => lane.Role == role && (tier is null || lane.Tier == tier));

    /// <summary>Asks the lanes in turn until one answers. Throws as the port does: what a request's own fault or cancellation throws at once, the last lane's fault when none is left.</summary>
    public async Task<T> CallAsync<TPort, T>(
        LaneRole role,
        string tier,
        string session,
        Func<TPort, CancellationToken, Task<T>> here,
        Func<IGrainFactory, string, CancellationToken, Task<T>> there,
        CancellationToken cancellation)
        where TPort : class
    {
        List<LaneChoice>? resting = null;
        Exception? last = null;
        foreach (var choice in Choices(role, tier, session))
        {
            if (choice.TryEnter())
            {
                if (await TryAsync(choice).ConfigureAwait(false) is { } answer)
                {
                    return answer.Result;
                }
            }
            else
            {
                (resting ??= []).Add(choice);
            }
        }

        // Better a lane that failed lately than none.
        foreach (var choice in last is null ? resting ?? [] : [])
        {
            if (await TryAsync(choice).ConfigureAwait(false) is { } answer)
            {
                return answer.Result;
            }
        }

        throw NoneLeft(role, tier, last);

        async Task<Answer<T>?> TryAsync(LaneChoice choice)
        {
            cancellation.ThrowIfCancellationRequested();
            if (last is not null)
            {
                metrics.Moved(role);
            }

            var began = time.GetTimestamp();
            try
            {
                var port = choice.Local is { } lane ? lane.Port as TPort ?? await LoadAsync<TPort>(lane, cancellation).ConfigureAwait(false) : null;
                var result = await WithinAsync(role, stop => port is null ? there(grains, choice.Key, stop) : here(port, stop), cancellation).ConfigureAwait(false);
                Succeeded(choice, role, session, tier, time.GetElapsedTime(began));
                return new Answer<T>(result);
            }
            catch (Exception fault) when (IsOwn(fault, cancellation))
            {
                choice.Health.Left();
                throw;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                last = fault;
                Failed(choice, role, fault);
                return null;
            }
        }
    }

    /// <summary>The lanes that a session's request may go to, best first.</summary>
    public IEnumerable<LaneChoice> Choices(LaneRole role, string tier, string session)
    {
        foreach (var lane in local.All)
        {
            if (lane.Role == role && lane.Tier == tier && !lane.Spare)
            {
                yield return LaneChoice.Here(lane);
            }
        }

        var remote = affinity.Order(
            from silo in cards.Others
            from card in silo.Lanes
            where card.Role == role && card.Tier == tier
            select LaneChoice.There(silo, card, key => healths.GetOrAdd(key, _ => new LaneHealth(options, time))),
            role,
            tier,
            session);
        foreach (var choice in remote.Where(choice => !choice.Card!.Spare))
        {
            yield return choice;
        }

        foreach (var lane in local.All)
        {
            if (lane.Role == role && lane.Tier == tier && lane.Spare)
            {
                yield return LaneChoice.Here(lane);
            }
        }

        foreach (var choice in remote.Where(choice => choice.Card!.Spare))
        {
            yield return choice;
        }
    }

    /// <summary>A lane served a session.</summary>
    public void Succeeded(LaneChoice choice, LaneRole role, string session, string tier, TimeSpan took)
    {
        metrics.Answered(role, choice.Where, took);
        Works(choice);
        if (choice.Local is null)
        {
            affinity.Keep(role, tier, session, choice.Key);
        }
    }

    /// <summary>A lane did something well: if it had been left alone, it is so no longer.</summary>
    public void Works(LaneChoice choice)
    {
        if (choice.Health.Succeeded())
        {
            LogRecovered(choice.Name);
            if (choice.Local is not null)
            {
                local.Recovered();
            }
        }
    }

    /// <summary>A lane did not do what it was asked: unless it was only full it is left alone for a while.</summary>
    public void Failed(LaneChoice choice, LaneRole role, Exception fault)
    {
        metrics.Failed(role, choice.Where, fault switch
        {
            LaneFullException or RemoteLaneFullException => "full",
            TimeoutException or LaneHungException => "hung",
            Placement.NamedSiloGoneException or SiloUnavailableException => "gone",
            _ => "failed",
        });
        if (fault is LaneFullException or RemoteLaneFullException)
        {
            choice.Health.Left();
        }
        else if (choice.Health.Failed() is { } rest)
        {
            LogFailed(choice.Name, rest.TotalSeconds, fault);
            if (choice.Local is { } lane)
            {
                local.Failed(lane);
            }
        }
    }

    /// <summary>The port of a spare lane, loaded now.</summary>
    public async Task<TPort> LoadAsync<TPort>(LocalLane lane, CancellationToken cancellation)
        where TPort : class
    {
        try
        {
            return await lane.PortAsync<TPort>(cancellation).WaitAsync(options.LoadWithin, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Lane '{lane.Name}' was not loaded within {options.LoadWithin.TotalSeconds:0.##} s (Lanes:LoadWithin).");
        }
    }

    /// <summary>Awaits what a lane was asked, for as long as a lane of that role may take. Whoever stops waiting tells the lane so.</summary>
    public async Task<T> WithinAsync<T>(LaneRole role, Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = ask(stop.Token);
        try
        {
            return await asked.WaitAsync(options.Within(role), time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!asked.IsCompleted)
        {
            throw new TimeoutException($"It did not answer within {options.Within(role).TotalSeconds:0.##} s (Lanes:{role}Within).");
        }
        finally
        {
            if (!asked.IsCompleted)
            {
                // Explicitly: this source may be gone before the caller's token reaches it.
                await stop.CancelAsync().ConfigureAwait(false);
                _ = asked.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    /// <summary>What tells nothing of the lane: the caller's cancellation, its newer request, or a request that no lane would take.</summary>
    private static bool IsOwn(Exception fault, CancellationToken cancellation) => fault switch
    {
        SupersededException => true,
        OperationCanceledException => cancellation.IsCancellationRequested,
        ArgumentException => true,
        _ => false,
    };

    private LaneFailedException NoneLeft(LaneRole role, string tier, Exception? last)
    {
        var what = tier.Length > 0 ? $"{role} ({tier})" : role.ToString();
        return last is null
            ? new LaneFailedException($"No silo has a lane for {what}. Set Engines:Device on at least one, and see that it is up.")
            : new LaneFailedException($"No lane for {what} answered. The last said: {last.Message} Add a device or a silo that has one, or raise Lanes:{role}Within (now {options.Within(role).TotalSeconds:0.##} s).", last);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lane {Lane} failed; it is left alone for {Seconds:0.#} s")]
    private partial void LogFailed(string lane, double seconds, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Lane {Lane} works again")]
    private partial void LogRecovered(string lane);

    private sealed record Answer<T>(T Result);
}
