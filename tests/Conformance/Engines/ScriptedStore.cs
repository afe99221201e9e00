using System.Collections.Concurrent;
using Conversation.Sessions;
using Conversation.Sessions.Store;

namespace Conversation.Conformance.Engines;

/// <summary>A store that keeps for as long as the test lasts, and can be held up or made to fail for one session.</summary>
public sealed class ScriptedStore : ISessionStore
{
    private readonly InMemorySessionStore inner = new();
    private readonly ConcurrentDictionary<string, Trouble> troubles = new();

    public Trouble this[string session] => troubles.GetOrAdd(session, _ => new Trouble());

    public async Task SaveAsync(SessionRecord record, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        var trouble = this[record.Id];
        await trouble.Saving.PassAsync(cancellation).ConfigureAwait(false);
        if (trouble.Fails)
        {
            throw new SessionStoreException(new SessionFault("store_full", "The store was told to be full.", "Store:Path"));
        }

        await inner.SaveAsync(record, cancellation).ConfigureAwait(false);
    }

    public async Task<SessionRecord?> LoadAsync(string id, CancellationToken cancellation = default)
    {
        await this[id].Loading.PassAsync(cancellation).ConfigureAwait(false);
        return await inner.LoadAsync(id, cancellation).ConfigureAwait(false);
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellation = default) => inner.DeleteAsync(id, cancellation);

    public Task<int> DeleteOlderThanAsync(long updatedBeforeUnixMs, CancellationToken cancellation = default) => inner.DeleteOlderThanAsync(updatedBeforeUnixMs, cancellation);

    public Task<IReadOnlyList<SessionSummary>> ListAsync(string? tenant = null, int limit = 100, CancellationToken cancellation = default) => inner.ListAsync(tenant, limit, cancellation);

    /// <summary>What goes wrong for one session.</summary>
    public sealed class Trouble
    {
        /// <summary>Saves wait here.</summary>
        public Gate Saving { get; } = new();

        /// <summary>Loads wait here.</summary>
        public Gate Loading { get; } = new();

        /// <summary>Saves fail while set.</summary>
        public volatile bool Fails;
    }
}
