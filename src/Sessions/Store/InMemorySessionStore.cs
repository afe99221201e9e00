using System.Collections.Concurrent;

namespace Conversation.Sessions.Store;

/// <summary>Keeps sessions for as long as the process lives: for tests, and for a host that must write nothing down.</summary>
public sealed class InMemorySessionStore : ISessionStore
{
    private readonly ConcurrentDictionary<string, SessionRecord> records = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task SaveAsync(SessionRecord record, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        records.AddOrUpdate(record.Id, record, (_, old) => record.UpdatedUnixMs >= old.UpdatedUnixMs ? record with { CreatedUnixMs = old.CreatedUnixMs } : old);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<SessionRecord?> LoadAsync(string id, CancellationToken cancellation = default) =>
        Task.FromResult(records.GetValueOrDefault(id));

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellation = default) =>
        Task.FromResult(records.TryRemove(id, out _));

    /// <inheritdoc/>
    public Task<int> DeleteOlderThanAsync(long updatedBeforeUnixMs, CancellationToken cancellation = default) =>
        Task.FromResult(records.Count(entry => entry.Value.UpdatedUnixMs < updatedBeforeUnixMs && records.TryRemove(entry)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<SessionSummary>> ListAsync(string? tenant = null, int limit = 100, CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<SessionSummary>>(
        [
            .. records.Values
                .Where(record => tenant is null || record.Tenant == tenant)
                .OrderByDescending(record => record.UpdatedUnixMs)
                .ThenBy(record => record.Id, StringComparer.Ordinal)
                .Take(limit)
                .Select(record => new SessionSummary(record.Id, record.Tenant, record.Turns.Count, record.CreatedUnixMs, record.UpdatedUnixMs)),
        ]);
}
