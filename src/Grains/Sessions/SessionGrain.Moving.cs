using System.Buffers;
using System.Text.Json;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Moving;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Conversation.Grains.Sessions;

/// <content>From silo to silo: frozen here at a quiet moment, carried by the migration, and gone on with there.</content>
internal sealed partial class SessionGrain
{
    private const string MoveKey = "conversation.move";
    private const string ClientKey = "conversation.client";
    private const string StateKey = "conversation.state";

    /// <summary>Before the time is up: a reply is made whole in that time, or cut.</summary>
    private static readonly TimeSpan WholeWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a client has stayed at its new gateway before its session follows, and for how long a quiet moment is looked for.</summary>
    private static readonly TimeSpan FollowAfter = TimeSpan.FromSeconds(2), FollowWithin = TimeSpan.FromMinutes(1), FollowEvery = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(3);

    private SessionMove? moving;
    private SessionMove? arrived;
    private string? arrivedTag;
    private bool asked;

    public Task MoveAsync(SiloAddress target, TimeSpan within)
    {
        if (session is { IsClosed: false } && !asked)
        {
            asked = true;
            _ = LeaveAsync(target, within);
        }

        return Task.CompletedTask;
    }

    public void OnDehydrate(IDehydrationContext context)
    {
        if (moving is not { } move)
        {
            return;
        }

        context.AddBytes(MoveKey, JsonSerializer.SerializeToUtf8Bytes(move));
        context.TryAddValue(StateKey, new MovedState(epoch, stored!.Tag, remembered, client?.Connection));
        if (client is { } present)
        {
            context.TryAddValue(ClientKey, present.Observer);
        }
    }

    public void OnRehydrate(IRehydrationContext context)
    {
        if (!context.TryGetBytes(MoveKey, out var bytes) || !context.TryGetValue<MovedState>(StateKey, out var state))
        {
            return;
        }

        arrived = JsonSerializer.Deserialize<SessionMove>(bytes.ToArray());
        epoch = state.Epoch + 1;
        remembered = state.Remembered;
        arrivedTag = state.Tag;
        if (state.Connection is { } connection && context.TryGetValue<ISessionObserver>(ClientKey, out var observer))
        {
            client = new ObserverClient(observer, connection, epoch);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (moving is null && session is { IsClosed: false } live)
        {
            // The silo goes without having drained, or the grain is collected: the session goes on elsewhere as it is, or ends in good order.
            if (reason.ReasonCode == DeactivationReasonCode.ShuttingDown && OtherSilo() is { } other && live.TryFreeze(MoveUrgency.Now, time) is { } move)
            {
                await DepartAsync(move, other).ConfigureAwait(true);
            }
            else
            {
                live.Close(CloseReasons.ServerStopping);
                await Settled(live.Ended).ConfigureAwait(true);
            }
        }

        await Settled(saving).ConfigureAwait(true);
        local.Leave(Id);
    }

    private async Task LeaveAsync(SiloAddress target, TimeSpan within)
    {
        var since = time.GetTimestamp();
        while (session is { IsClosed: false } live && moving is null)
        {
            var left = within - time.GetElapsedTime(since);
            var urgency = left <= TimeSpan.Zero ? MoveUrgency.Now : left <= WholeWithin ? MoveUrgency.WhenWhole : MoveUrgency.WhenQuiet;
            // Frozen, it would be silent for as long as the store takes.
            if ((saving.IsCompleted || urgency == MoveUrgency.Now) && live.TryFreeze(urgency, time) is { } move)
            {
                await DepartAsync(move, target).ConfigureAwait(true);
                return;
            }

            await Task.Delay(TryEvery, time).ConfigureAwait(true);
        }
    }

    /// <summary>The client came back by another gateway. A frame costs least where both are on one silo, so the session goes there when nobody would notice; a drain goes first.</summary>
    private async Task FollowAsync(Guid connection, SiloAddress gateway)
    {
        var since = time.GetTimestamp();
        for (var wait = FollowAfter; !gateway.Equals(cards.Own.Silo) && time.GetElapsedTime(since) < FollowWithin; wait = FollowEvery)
        {
            await Task.Delay(wait, time).ConfigureAwait(true);
            if (session is not { IsClosed: false } live || moving is not null || asked || client?.Connection != connection)
            {
                return;
            }

            if (cards.Others.Any(card => card.Silo.Equals(gateway) && !card.Draining && card.Room > 0) && saving.IsCompleted && live.TryFreeze(MoveUrgency.WhenQuiet, time) is { } move)
            {
                await DepartAsync(move, gateway).ConfigureAwait(true);
                return;
            }
        }
    }

    private async Task DepartAsync(SessionMove move, SiloAddress target)
    {
        moving = move;
        // Once the gateway has answered, all that was sent from here has arrived there, and what comes for the session waits.
        await Task.WhenAll(Settled(ArrivedAsync(client)), Settled(saving)).ConfigureAwait(true);
        over = true;
        local.Leave(Id);
        engines.Factory!.Engines.Metrics.Closed();
        RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
        MigrateOnIdle();
        LogLeft(Id, target);
    }

    private async Task ArrivedAsync(ObserverClient? present)
    {
        while (present is not null && !over && await present.Observer.MovingAsync(epoch).ConfigureAwait(true) < present.Sent)
        {
            await Task.Delay(TryEvery / 4, time).ConfigureAwait(true);
        }
    }

    private async Task ArriveAsync()
    {
        var move = arrived!;
        arrived = null;
        if (engines.Factory is not { } factory)
        {
            throw new InvalidOperationException($"Session {Id} was sent to a silo whose models are not loaded.");
        }

        local.Enter(Id, this.GetGrainId(), this.AsReference<ISessionGrain>(), handedOver: true);
        session = factory.GoOn(move, client, this);
        factory.Engines.Metrics.Opened();
        pingedAt = time.GetTimestamp();
        Look();
        if (client is { } present)
        {
            await present.Observer.MovedAsync(epoch, session.Pump.Input.LastSequence).ConfigureAwait(true);
        }

        LogArrived(Id);
    }

    private SiloAddress? OtherSilo() => cards.Others.Where(card => card.Room > 0).MaxBy(card => card.Room)?.Silo;

    private async Task Settled(Task task)
    {
        try
        {
            await task.WaitAsync(WriteWithin, time).ConfigureAwait(true);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogNotSettled(Id, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} leaves for {Target}")]
    private partial void LogLeft(string session, SiloAddress target);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} goes on here")]
    private partial void LogArrived(string session);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}: leaving did not wait for what took too long")]
    private partial void LogNotSettled(string session, Exception fault);
}

/// <summary>What a grain knows beside its session.</summary>
[GenerateSerializer, Immutable, Alias("conversation.MovedState")]
internal sealed record MovedState([property: Id(0)] long Epoch, [property: Id(1)] string? Tag, [property: Id(2)] bool Remembered, [property: Id(3)] Guid? Connection);

/// <summary>The session is on its way to another silo: ask again in a moment.</summary>
[GenerateSerializer, Alias("conversation.SessionMovingException")]
internal sealed class SessionMovingException() : OrleansException("The session is moving to another silo.");
