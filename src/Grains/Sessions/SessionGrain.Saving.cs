using Conversation.Grains.Storage;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Conversation.Grains.Sessions;

/// <content>What outlives the activation: written at turn boundaries, one write at a time, the newest state always.</content>
internal sealed partial class SessionGrain
{
    private const string ForgetReminder = "forget";

    /// <summary>Orleans takes none that comes sooner.</summary>
    private static readonly TimeSpan ShortestReminder = TimeSpan.FromMinutes(1);

    private bool dirty;
    private Task saving = Task.CompletedTask;
    private bool remembered;
    private bool superseded;

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (session is not null || opening || engines.Factory is not { } factory)
        {
            return;
        }

        try
        {
            // Nobody reopens it meanwhile.
            opening = true;
            var oldest = (time.GetUtcNow() - factory.Options.KeepFor).ToUnixTimeMilliseconds();
            if (await stored!.ReadAsync().ConfigureAwait(true) is not { } kept || kept.UpdatedUnixMs <= oldest)
            {
                // Nobody came back for it in all that time. What was used since is for the next reminder.
                await stored.ClearAsync().ConfigureAwait(true);
                await ForgetAsync().ConfigureAwait(true);
            }
        }
        finally
        {
            opening = false;
            DeactivateOnIdle();
        }
    }

    private void Save()
    {
        dirty = true;
        if (saving.IsCompleted)
        {
            saving = SaveWhileDirtyAsync();
        }
    }

    private async Task SaveWhileDirtyAsync()
    {
        // The caller holds the only lock there is, the grain's scheduler: let it go on.
        await Task.Yield();
        while (dirty && session is { } live)
        {
            dirty = false;
            var last = live.IsClosed;
            var record = live.Record(time.GetUtcNow().ToUnixTimeMilliseconds());
            try
            {
                if (superseded)
                {
                    // What stands there is another's.
                }
                else if (live.Forgotten)
                {
                    await stored!.ClearAsync().ConfigureAwait(true);
                    await ForgetAsync().ConfigureAwait(true);
                }
                else if (engines.Factory!.Options.KeepFor > TimeSpan.Zero)
                {
                    await stored!.WriteAsync(record).ConfigureAwait(true);
                    await RememberAsync().ConfigureAwait(true);
                }
            }
            catch (SessionSupersededException)
            {
                // This silo was taken for dead. What has not been told yet happened in no session that counts; the client finds the one that does.
                LogSuperseded(Id);
                superseded = true;
                live.Transcript.TakeUntold();
                live.Close(CloseReasons.SessionLost);
            }
            catch (SessionStoreException fault)
            {
                engines.Factory!.Engines.Metrics.StoreFailed();
                LogNotSaved(Id, fault);
                live.Pump.Tell(new SessionEvent.Error(fault.Fault.Code, fault.Fault.Message, fault.Fault.Setting));
            }

            live.Written(record.Turns.Count, last);
            if (last && ReferenceEquals(live, session))
            {
                session = null;
                client = null;
                DeactivateOnIdle();
            }
        }
    }

    /// <summary>Has this grain woken when what is kept of the session is to be forgotten.</summary>
    private async Task RememberAsync()
    {
        var keep = engines.Factory!.Options.KeepFor;
        keep = keep < ShortestReminder ? ShortestReminder : keep;
        if (!remembered && storage.Reminds)
        {
            remembered = true;
            try
            {
                await this.RegisterOrUpdateReminder(ForgetReminder, keep, keep).ConfigureAwait(true);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Kept longer than it should be, until it is opened again: worth a word, not a call.
                remembered = false;
                LogNotReminded(Id, fault);
            }
        }
    }

    private async Task ForgetAsync()
    {
        if (!storage.Reminds)
        {
            return;
        }

        try
        {
            if (await this.GetReminder(ForgetReminder).ConfigureAwait(true) is { } reminder)
            {
                await this.UnregisterReminder(reminder).ConfigureAwait(true);
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogNotReminded(Id, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} was reopened on another silo; it ends here")]
    private partial void LogSuperseded(string session);

    [LoggerMessage(Level = LogLevel.Error, Message = "Session {Session} could not be saved; it goes on")]
    private partial void LogNotSaved(string session, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}: its reminder to be forgotten could not be set or removed")]
    private partial void LogNotReminded(string session, Exception fault);

    private sealed class Saving(SessionGrain grain) : IThreadPoolWorkItem
    {
        public void Execute() => grain.Save();
    }
}
