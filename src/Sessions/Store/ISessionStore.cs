namespace Conversation.Sessions.Store;

/// <summary>
/// Keeps sessions across a restart. Written at turn boundaries, so what a crash costs is the turn in progress.
/// Every method throws <see cref="SessionStoreException"/> where the storage failed; a conversation must catch it, tell its client the
/// exception's fault as an <c>error</c> event, and go on.
/// </summary>
public interface ISessionStore
{
    /// <summary>Saves the record, replacing an earlier one of the same session. When the task completes the record is on disk.</summary>
    Task SaveAsync(SessionRecord record, CancellationToken cancellation = default);

    /// <summary>The last saved record, or null where there is none.</summary>
    Task<SessionRecord?> LoadAsync(string id, CancellationToken cancellation = default);

    /// <summary>Forgets a session. False where there was none.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellation = default);

    /// <summary>Forgets every session last saved before this time (milliseconds since 1970 UTC). Returns how many.</summary>
    Task<int> DeleteOlderThanAsync(long updatedBeforeUnixMs, CancellationToken cancellation = default);

    /// <summary>The sessions of a tenant (null: of all), the most recently saved first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<SessionSummary>> ListAsync(string? tenant = null, int limit = 100, CancellationToken cancellation = default);
}
