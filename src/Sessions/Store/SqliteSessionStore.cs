using System.Threading.Channels;

namespace Conversation.Sessions.Store;

/// <summary>
/// Keeps sessions in one SQLite file (write-ahead log, one writer). Saves that wait together go to disk in one transaction, of which the
/// later record of the same session stands. A damaged file is set aside as <c>NAME.damaged-N</c> and a new one begun. Opens on first use
/// and again after a failure, so that a store which could not be written begins to work once the cause is gone.
/// </summary>
public sealed class SqliteSessionStore : ISessionStore, IAsyncDisposable
{
    private readonly SqliteSessionFile file;
    private readonly Channel<Job> jobs;
    private readonly Task writer;

    /// <summary>A store over a file. Throws <see cref="ArgumentException"/> naming every fault of the options; touches no disk yet.</summary>
    public SqliteSessionStore(SqliteSessionStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        }

        file = new SqliteSessionFile(options);
        jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        // SQLite blocks: a thread of its own, so that a slow disk never holds the pool that serves calls.
        writer = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Where a damaged file was set aside, if one was found.</summary>
    public string? DamagedFile => file.DamagedFile;

    /// <inheritdoc/>
    public Task SaveAsync(SessionRecord record, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Run(new Job(record, null), cancellation);
    }

    /// <inheritdoc/>
    public async Task<SessionRecord?> LoadAsync(string id, CancellationToken cancellation = default) =>
        (SessionRecord?)await Run(new Job(null, open => open.Load(id)), cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellation = default) =>
        (bool)(await Run(new Job(null, open => open.Delete(id)), cancellation).ConfigureAwait(false))!;

    /// <inheritdoc/>
    public async Task<int> DeleteOlderThanAsync(long updatedBeforeUnixMs, CancellationToken cancellation = default) =>
        (int)(await Run(new Job(null, open => open.DeleteOlderThan(updatedBeforeUnixMs)), cancellation).ConfigureAwait(false))!;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SessionSummary>> ListAsync(string? tenant = null, int limit = 100, CancellationToken cancellation = default) =>
        (IReadOnlyList<SessionSummary>)(await Run(new Job(null, open => open.List(tenant, limit)), cancellation).ConfigureAwait(false))!;

    /// <summary>Writes what waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await writer.ConfigureAwait(false);
        file.Dispose();
    }

    private Task<object?> Run(Job job, CancellationToken cancellation)
    {
        if (!jobs.Writer.TryWrite(job))
        {
            job.Done.SetException(jobs.Reader.Completion.IsCompleted || writer.IsCompleted
                ? SqliteFaults.Fault("store_failed", "The session store is closed.")
                : SqliteFaults.Fault("store_busy", "The session store cannot keep up with what is to be saved. Look at the disk under it."));
        }

        // A caller may stop waiting; what it handed over is still done.
        return job.Done.Task.WaitAsync(cancellation);
    }

    private void Write()
    {
        var batch = new List<Job>();
        while (jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (jobs.Reader.TryRead(out var job))
            {
                if (job.Record is not null)
                {
                    batch.Add(job);
                    continue;
                }

                // Other work sees every save that was handed over before it.
                Save(batch);
                Perform(job);
            }

            Save(batch);
        }
    }

    private void Save(List<Job> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            file.Save(batch.Select(job => job.Record!));
            batch.ForEach(job => job.Done.SetResult(null));
        }
        catch (Exception fault) when (SqliteFaults.IsStorage(fault) || fault is SessionStoreException)
        {
            file.Abandon();
            var told = SqliteFaults.Wrap(fault, file.Path);
            batch.ForEach(job => job.Done.SetException(told));
        }
        finally
        {
            batch.Clear();
        }
    }

    private void Perform(Job job)
    {
        try
        {
            job.Done.SetResult(job.Work!(file));
        }
        catch (Exception fault) when (SqliteFaults.IsStorage(fault) || fault is SessionStoreException)
        {
            file.Abandon();
            job.Done.SetException(SqliteFaults.Wrap(fault, file.Path));
        }
    }

    private sealed record Job(SessionRecord? Record, Func<SqliteSessionFile, object?>? Work)
    {
        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
