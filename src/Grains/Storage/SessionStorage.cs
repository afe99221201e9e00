using System.Globalization;
using Conversation.Grains.Composition;
using Conversation.Sessions;
using Conversation.Sessions.Store;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Conversation.Grains.Storage;

/// <summary>Where one session is kept. Every method throws <see cref="SessionStoreException"/> where the storage failed, the writing ones <see cref="SessionSupersededException"/> where the session is another's by now.</summary>
internal interface ISessionSlot
{
    /// <summary>Whose it is and the version that was read or written last, for another silo to go on with; null where there is none.</summary>
    string? Tag { get; }

    Task<SessionRecord?> ReadAsync();

    Task WriteAsync(SessionRecord record);

    Task ClearAsync();
}

/// <summary>Opens the slots: in grain storage, where a cluster shares a database, else in this process's own store.</summary>
internal sealed class SessionStorage(IServiceProvider services, GrainOptions options)
{
    /// <summary>Whether reminders see to it that old sessions are forgotten.</summary>
    public bool Reminds => options.SharedStorage;

    public ISessionSlot Open(GrainId session, string? tag) => options.SharedStorage
        ? new GrainSlot(services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Sessions), session, tag)
        : new StoreSlot(services.GetRequiredService<ISessionStore>(), session.Key.ToString()!);

    private sealed class StoreSlot(ISessionStore store, string id) : ISessionSlot
    {
        public string? Tag => null;

        public Task<SessionRecord?> ReadAsync() => store.LoadAsync(id);

        public Task WriteAsync(SessionRecord record) => store.SaveAsync(record);

        public Task ClearAsync() => store.DeleteAsync(id);
    }
}

/// <summary>
/// A session in Orleans' grain storage. A silo that was thought dead and was not may still write what another has reopened: whoever reads a session in order to reopen it
/// owns it from its next write on, and who owned it before has lost it.
/// </summary>
internal sealed class GrainSlot : ISessionSlot
{
    private const string StateName = "session";
    private readonly IGrainStorage storage;
    private readonly GrainId session;
    private readonly GrainState<StoredSession> state = new() { State = new() };
    private long owner = 1;
    private string token = Guid.NewGuid().ToString("N");

    public GrainSlot(IGrainStorage storage, GrainId session, string? tag)
    {
        (this.storage, this.session) = (storage, session);
        if (tag?.Split('/') is [var number, var version])
        {
            // The next owner: a write that still hangs where it came from comes too late.
            owner = long.Parse(number, CultureInfo.InvariantCulture) + 1;
            (state.ETag, state.RecordExists) = version.Length > 0 ? (version, true) : (null, false);
        }
    }

    public string? Tag => string.Create(CultureInfo.InvariantCulture, $"{owner}/{state.ETag}");

    public Task<SessionRecord?> ReadAsync() => Guarded(async () =>
    {
        await storage.ReadStateAsync(StateName, session, state).ConfigureAwait(true);
        var found = state.RecordExists ? state.State : null;
        (owner, token) = ((found?.Owner ?? 0) + 1, Guid.NewGuid().ToString("N"));
        return found?.Record;
    });

    public Task WriteAsync(SessionRecord record) => Guarded(async () =>
    {
        try
        {
            await PutAsync(record).ConfigureAwait(true);
        }
        catch (InconsistentStateException)
        {
            await ReadAgainAsync().ConfigureAwait(true);
            await PutAsync(record).ConfigureAwait(true);
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
            await ReadAgainAsync().ConfigureAwait(true);
            await storage.ClearStateAsync(StateName, session, state).ConfigureAwait(true);
        }

        return true;
    });

    /// <summary>Something else stands there than what was read or written last: a write of this session's own that seemed to have failed, an earlier owner's, or a later one's.</summary>
    private async Task ReadAgainAsync()
    {
        await storage.ReadStateAsync(StateName, session, state).ConfigureAwait(true);
        if (state.RecordExists && state.State is { } other && (other.Owner > owner || (other.Owner == owner && other.Token != token)))
        {
            throw new SessionSupersededException();
        }
    }

    private Task PutAsync(SessionRecord record)
    {
        // Saved again, a session was still opened when it was opened first.
        var created = state.State?.Record?.CreatedUnixMs;
        state.State = new StoredSession { Record = created is > 0 ? record with { CreatedUnixMs = created.Value } : record, Owner = owner, Token = token };
        return storage.WriteStateAsync(StateName, session, state);
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(true);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException and not SessionStoreException and not SessionSupersededException)
        {
            throw new SessionStoreException(new SessionFault("store_failed", "The sessions' database could not be used. The conversation goes on and would not survive the loss of its machine; see the server's log.", "Silo:ConnectionString"), fault);
        }
    }
}

/// <summary>The session was reopened elsewhere: this one is not it any more.</summary>
internal sealed class SessionSupersededException() : Exception("The session was reopened on another silo.");

/// <summary>What stands in the database: personal data.</summary>
internal sealed class StoredSession
{
    public SessionRecord? Record { get; set; }

    /// <summary>How often it was reopened or moved, from 1.</summary>
    public long Owner { get; set; }

    /// <summary>Which of those that would reopen it at once did.</summary>
    public string Token { get; set; } = "";
}
