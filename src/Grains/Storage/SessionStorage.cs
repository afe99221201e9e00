using Conversation.Sessions;
using Conversation.Sessions.Store;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Conversation.Grains.Storage;

/// <summary>Where one session is kept. Every method throws <see cref="SessionStoreException"/> where the storage failed.</summary>
internal interface ISessionSlot
{
    /// <summary>The version that was read or written last; null where none was.</summary>
    string? Tag { get; }

    Task<SessionRecord?> ReadAsync();

    Task WriteAsync(SessionRecord record);

    Task ClearAsync();
}

/// <summary>Opens the slots: in grain storage, where a cluster shares a database, else in this process's own store.</summary>
internal sealed class SessionStorage(IServiceProvider services, GrainOptions options)
{
    /// <summary>Name of the grain storage of sessions.</summary>
    public const string Provider = "sessions";

    /// <summary>Whether reminders see to it that old sessions are forgotten.</summary>
    public bool Reminds => options.SharedStorage;

    public ISessionSlot Open(GrainId session, string? tag) => options.SharedStorage
        ? new GrainSlot(services.GetRequiredKeyedService<IGrainStorage>(Provider), session, tag)
        : new StoreSlot(services.GetRequiredService<ISessionStore>(), session.Key.ToString()!);

    private sealed class StoreSlot(ISessionStore store, string id) : ISessionSlot
    {
        public string? Tag => null;

        public Task<SessionRecord?> ReadAsync() => store.LoadAsync(id);

        public Task WriteAsync(SessionRecord record) => store.SaveAsync(record);

        public Task ClearAsync() => store.DeleteAsync(id);
    }
}

/// <summary>A session in Orleans' grain storage. Another silo may have written meanwhile (a silo thought dead that was not): of two records the later one stands.</summary>
internal sealed class GrainSlot(IGrainStorage storage, GrainId session, string? tag) : ISessionSlot
{
    private const string StateName = "session";
    private readonly GrainState<StoredSession> state = new() { State = new(), ETag = tag, RecordExists = tag is not null };

    public string? Tag => state.ETag;

    public Task<SessionRecord?> ReadAsync() => Guarded(async () =>
    {
        await storage.ReadStateAsync(StateName, session, state).ConfigureAwait(true);
        return state.RecordExists ? state.State?.Record : null;
    });

    public Task WriteAsync(SessionRecord record) => Guarded(async () =>
    {
        try
        {
            await PutAsync(record).ConfigureAwait(true);
        }
        catch (InconsistentStateException)
        {
            await storage.ReadStateAsync(StateName, session, state).ConfigureAwait(true);
            if (state.State?.Record is not { } other || other.UpdatedUnixMs <= record.UpdatedUnixMs)
            {
                await PutAsync(record).ConfigureAwait(true);
            }
        }

        return true;
    });

    public Task ClearAsync() => Guarded(async () =>
    {
        try
        {
            await storage.ClearStateAsync(StateName, session, state).ConfigureAwait(true);
        }
        catch (InconsistentStateException)
        {
            await storage.ReadStateAsync(StateName, session, state).ConfigureAwait(true);
            await storage.ClearStateAsync(StateName, session, state).ConfigureAwait(true);
        }

        return true;
    });

    private Task PutAsync(SessionRecord record)
    {
        // Saved again, a session was still opened when it was opened first.
        var created = state.State?.Record?.CreatedUnixMs;
        state.State = new StoredSession { Record = created is > 0 ? record with { CreatedUnixMs = created.Value } : record };
        return storage.WriteStateAsync(StateName, session, state);
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(true);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException and not SessionStoreException)
        {
            throw new SessionStoreException(new SessionFault("store_failed", "The sessions' database could not be used. The conversation goes on and would not survive the loss of its machine; see the server's log.", "Silo:ConnectionString"), fault);
        }
    }
}

/// <summary>What stands in the database: personal data.</summary>
internal sealed class StoredSession
{
    public SessionRecord? Record { get; set; }
}
