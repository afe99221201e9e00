using System.Runtime.InteropServices;
using Conversation.Grains.Board;
using Conversation.Grains.Events;
using Conversation.Grains.Ordering;
using Conversation.Grains.Placement;
using Conversation.Grains.Storage;
using Conversation.Grains.Tenants;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Conversation.Grains.Sessions;

/// <summary>
/// A live session as a grain: the same pump and core as in one process, on this grain's scheduler. It only ever decides; audio is paced and models run on threads of their
/// own. Reentrant, since frames come while a turn is being written.
/// </summary>
[SessionPlacement, Reentrant, GrainType("conversation.session")]
internal sealed partial class SessionGrain(
    ISessionSource engines,
    LocalSessions local,
    Cards cards,
    SessionStorage storage,
    TenantGate tenants,
    SessionNotices notices,
    TimeProvider time,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain, ISessionKeeper, IGrainMigrationParticipant, IRemindable
{
    /// <summary>A gateway that has not called for so long is gone, and the client with it.</summary>
    private static readonly TimeSpan GatewayGone = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private TaskScheduler? scheduler;
    private ISessionSlot? stored;
    private InOrder<AudioIn> incoming = null!;
    private LiveSession? session;
    private ObserverClient? client;
    private long epoch;
    private long pingedAt;
    private long renewedAt;
    private bool over;
    private bool opening;

    private string Id => this.GetPrimaryKeyString();

    public Action<IThreadPoolWorkItem>? Schedule => work => new Task(static item => ((IThreadPoolWorkItem)item!).Execute(), work).Start(scheduler!);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        scheduler = TaskScheduler.Current;
        incoming = new InOrder<AudioIn>(Hear, time);
        stored = storage.Open(this.GetGrainId(), arrivedTag);
        if (arrived is not null)
        {
            await ArriveAsync().ConfigureAwait(true);
        }
    }

    public async Task<OpenAnswer> OpenAsync(OpenCall call, ISessionObserver observer, CancellationToken cancellation)
    {
        if (engines.Factory is not { } factory)
        {
            return Refused(ISessionSource.Starting);
        }

        if (factory.Check(call.Request) is { } fault)
        {
            return Refused(fault);
        }

        if (call.Request.Resume is not { } resume)
        {
            return session is null ? await BeginAsync(factory, call, call.Request, observer, null).ConfigureAwait(true) : Refused(new SessionFault("internal", "That session is open already."));
        }

        if (moving is not null)
        {
            // It will answer from where it goes.
            throw new SessionMovingException();
        }

        if (session is { IsClosed: false } live)
        {
            if (SessionFactory.CheckResume(call.Request, resume, live) is { } refusal)
            {
                return Refused(refusal);
            }

            Attach(call, observer);
            live.Attach(client!, resume);
            _ = FollowAsync(call.Connection, call.Gateway);
            return new OpenAnswer(factory.Describe(live, resume.Token, resumed: true), null, epoch);
        }

        if (opening)
        {
            // Reopened twice it would be two sessions: the second caller finds it live in a moment.
            throw new SessionMovingException();
        }

        try
        {
            opening = true;
            return await ReopenAsync(factory, call, resume, observer).ConfigureAwait(true);
        }
        finally
        {
            opening = false;
        }
    }

    public Task AudioAsync(long epoch, Guid connection, long order, AudioIn audio)
    {
        if (epoch == this.epoch && connection == client?.Connection)
        {
            incoming.Take(order, audio);
        }

        return Task.CompletedTask;
    }

    private void Hear(AudioIn audio)
    {
        if (session is { } ended && audio.EndTurn is { } keep)
        {
            ended.EndTurn(keep, audio.Sequence);
        }
        else if (session is { } live && audio.Messages > 0)
        {
            var pcm = MemoryMarshal.Cast<byte, short>(audio.Pcm);
            var length = pcm.Length / audio.Messages;
            for (var i = 0; i < audio.Messages; i++)
            {
                live.PushAudio(audio.Sequence + i, pcm.Slice(i * length, length));
            }
        }
    }

    public Task PlayedAsync(long epoch, int generation, long samples)
    {
        if (epoch == this.epoch)
        {
            session?.Played(generation, samples);
        }

        return Task.CompletedTask;
    }

    public Task<bool> ControlAsync(long epoch, SessionControl control)
    {
        if (epoch != this.epoch || session is not { } live || moving is not null)
        {
            return Task.FromResult(IsWokenInVain() && control.IsParting);
        }

        if (control.Answer is not null && live.TurnEnd < control.After)
        {
            // The end of the turn travels with the audio, and this may overtake it.
            return Task.FromResult(false);
        }

        var fault = control switch
        {
            { Text: { } text } => live.Type(text),
            { Settings: { } settings } => live.Configure(settings),
            { Stop: true } => live.Stop(),
            { Answer: { } reply } => live.Answer(reply),
            { Aside: { } aside } => live.Aside(aside),
            { Call: { } call, Result: { } result } => live.GiveResult(call, result),
            _ => null,
        };
        if (fault is not null)
        {
            // Of a call that nobody waits for, whoever gave its result is to know which it was: the answer comes too late to say so.
            live.Pump.Tell(new SessionEvent.Error(fault.Code, fault.Message, control.Call ?? fault.Setting));
        }

        if (control.Gone == client?.Connection && client is not null)
        {
            Lose();
        }

        if (control.CloseReason is { } reason)
        {
            live.Close(reason);
        }

        return Task.FromResult(true);
    }

    public Task<PingAnswer> PingAsync(Guid connection)
    {
        if (session is not { IsClosed: false } live || client?.Connection != connection)
        {
            return Task.FromResult(!IsWokenInVain() && session is { IsClosed: false } && client is not null ? new PingAnswer(false, epoch, -1) : default);
        }

        pingedAt = time.GetTimestamp();
        return Task.FromResult(new PingAnswer(true, epoch, live.Pump.Input.LastSequence));
    }

    public void Changed(LiveSession changed) => Schedule!(new Saving(this));

    public void Closed(LiveSession closed, string reason)
    {
        LogClosed(Id, reason);
        if (!over)
        {
            over = true;
            local.Leave(Id);
            engines.Factory!.Engines.Metrics.Closed();
            tenants.Release(closed.Transcript.Tenant, Id);
        }

        Changed(closed);
    }

    public void Told(LiveSession told, SessionEvent message) => notices.Publish(told.Transcript.Tenant, Id, message);

    private static OpenAnswer Refused(SessionFault fault) => new(null, fault, 0);

    /// <summary>True where there is no such session any more; then this activation goes again.</summary>
    private bool IsWokenInVain()
    {
        if (session is not null || moving is not null || opening)
        {
            return false;
        }

        DeactivateOnIdle();
        return true;
    }

    private async Task<OpenAnswer> ReopenAsync(SessionFactory factory, OpenCall call, ResumeSession resume, ISessionObserver observer)
    {
        // What a closing session leaves behind is on its way to the store, and this grain ends with it: the next one reopens it.
        if (session is { } closing)
        {
            await closing.Ended.ConfigureAwait(true);
            throw new SessionMovingException();
        }

        SessionRecord? record;
        try
        {
            record = await stored!.ReadAsync().ConfigureAwait(true);
        }
        catch (SessionStoreException fault)
        {
            DeactivateOnIdle();
            return Refused(fault.Fault);
        }

        var (reopen, why) = factory.Reopen(call.Request, resume, record);
        if (reopen is null)
        {
            if (session is null)
            {
                DeactivateOnIdle();
            }

            return Refused(why!);
        }

        return await BeginAsync(factory, call, reopen, observer, record).ConfigureAwait(true);
    }

    private async Task<OpenAnswer> BeginAsync(SessionFactory factory, OpenCall call, OpenSession request, ISessionObserver observer, SessionRecord? record)
    {
        if (local.Enter(Id, this.GetGrainId(), this.AsReference<ISessionGrain>(), handedOver: false) is { } full)
        {
            DeactivateOnIdle();
            return Refused(full);
        }

        if (await tenants.AdmitAsync(request.Tenant, Id).ConfigureAwait(true) is { } refusal)
        {
            local.Leave(Id);
            DeactivateOnIdle();
            return Refused(refusal);
        }

        over = false;
        try
        {
            session = factory.Create(request, Id, ResumeToken.Hash(call.Token), record, this);
        }
        catch
        {
            local.Leave(Id);
            tenants.Release(request.Tenant, Id);
            DeactivateOnIdle();
            throw;
        }

        epoch = Random.Shared.NextInt64(1, long.MaxValue);
        Attach(call, observer);
        engines.Factory!.Engines.Metrics.Opened();
        LogOpened(Id, session.Restored);
        session.Start(client!);
        Look();
        Changed(session);
        return new OpenAnswer(factory.Describe(session, call.Token, resumed: false), null, epoch);
    }

    private void Attach(OpenCall call, ISessionObserver observer)
    {
        client = new ObserverClient(observer, call.Connection, epoch);
        incoming.Begin();
        pingedAt = time.GetTimestamp();
    }

    private void Lose()
    {
        if (client is { } gone)
        {
            client = null;
            session?.Detach(gone);
        }
    }

    /// <summary>Looks, now and then, for a gateway that does not call any more; says that the session is still open.</summary>
    private void Look()
    {
        renewedAt = time.GetTimestamp();
        this.RegisterGrainTimer(
            static (grain, _) =>
            {
                grain.LookNow();
                return Task.CompletedTask;
            },
            this,
            new GrainTimerCreationOptions { DueTime = LookEvery, Period = LookEvery, Interleave = true });
    }

    private void LookNow()
    {
        if (session is not { IsClosed: false } live)
        {
            return;
        }

        incoming.Look();
        if (client is not null && time.GetElapsedTime(pingedAt) > GatewayGone)
        {
            LogGatewayGone(Id);
            Lose();
        }

        if (time.GetElapsedTime(renewedAt) > TenantGate.RenewEvery)
        {
            renewedAt = time.GetTimestamp();
            tenants.Renew(live.Transcript.Tenant, Id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} opened (restored: {Restored})")]
    private partial void LogOpened(string session, bool restored);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session {Session} closed: {Reason}")]
    private partial void LogClosed(string session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}: its gateway is silent; it waits for the client to come back")]
    private partial void LogGatewayGone(string session);
}
