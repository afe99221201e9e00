using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Conversation.Sessions.Store;

/// <summary>The open file and its statements. One thread at a time.</summary>
internal sealed class SqliteSessionFile(SqliteSessionStoreOptions options) : IDisposable
{
    private SqliteConnection? connection;

    public string Path { get; } = options.Path;

    public string? DamagedFile { get; private set; }

    public void Save(IEnumerable<SessionRecord> records)
    {
        var open = Open();
        using var transaction = open.BeginTransaction();
        using var command = open.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            INSERT INTO sessions VALUES ($id, $token, $tenant, $settings, $responder, $dialog, $turns, $count, $created, $updated, $caller)
            ON CONFLICT (id) DO UPDATE SET token_hash = $token, tenant = $tenant, settings = $settings, responder = $responder,
                dialog_state = $dialog, turns = $turns, turn_count = $count, updated_unix_ms = $updated, caller = $caller
            WHERE $updated >= updated_unix_ms
            """;
        foreach (var record in records)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$id", record.Id);
            command.Parameters.AddWithValue("$token", record.TokenHash);
            command.Parameters.AddWithValue("$tenant", record.Tenant);
            command.Parameters.AddWithValue("$settings", JsonSerializer.Serialize(record.Settings, SessionRecordJson.Default.SessionSettings));
            command.Parameters.AddWithValue("$responder", record.Responder);
            command.Parameters.AddWithValue("$dialog", record.DialogState);
            command.Parameters.AddWithValue("$turns", JsonSerializer.Serialize(record.Turns, SessionRecordJson.Default.IReadOnlyListTurnLine));
            command.Parameters.AddWithValue("$count", record.Turns.Count);
            command.Parameters.AddWithValue("$created", record.CreatedUnixMs);
            command.Parameters.AddWithValue("$updated", record.UpdatedUnixMs);
            command.Parameters.AddWithValue("$caller", record.Caller is null ? "" : JsonSerializer.Serialize(record.Caller, SessionRecordJson.Default.CallerInfo));
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public object? Load(string id)
    {
        using var command = Command("SELECT token_hash, tenant, settings, responder, dialog_state, turns, created_unix_ms, updated_unix_ms, caller FROM sessions WHERE id = $id");
        command.Parameters.AddWithValue("$id", id);
        using var row = command.ExecuteReader();
        return !row.Read() ? null : new SessionRecord
        {
            Id = id,
            TokenHash = row.GetString(0),
            Tenant = row.GetString(1),
            Settings = JsonSerializer.Deserialize(row.GetString(2), SessionRecordJson.Default.SessionSettings) ?? new(),
            Responder = row.GetString(3),
            DialogState = row.GetString(4),
            Turns = JsonSerializer.Deserialize(row.GetString(5), SessionRecordJson.Default.IReadOnlyListTurnLine) ?? [],
            CreatedUnixMs = row.GetInt64(6),
            UpdatedUnixMs = row.GetInt64(7),
            Caller = row.GetString(8) is { Length: > 0 } caller ? JsonSerializer.Deserialize(caller, SessionRecordJson.Default.CallerInfo) : null,
        };
    }

    public object Delete(string id)
    {
        using var command = Command("DELETE FROM sessions WHERE id = $id");
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    public object DeleteOlderThan(long updatedBeforeUnixMs)
    {
        using var command = Command("DELETE FROM sessions WHERE updated_unix_ms < $before");
        command.Parameters.AddWithValue("$before", updatedBeforeUnixMs);
        return command.ExecuteNonQuery();
    }

    public object List(string? tenant, int limit)
    {
        using var command = Command("""
            SELECT id, tenant, turn_count, created_unix_ms, updated_unix_ms FROM sessions
            WHERE $tenant IS NULL OR tenant = $tenant ORDER BY updated_unix_ms DESC, id LIMIT $limit
            """);
        command.Parameters.AddWithValue("$tenant", (object?)tenant ?? DBNull.Value);
        command.Parameters.AddWithValue("$limit", limit);
        using var row = command.ExecuteReader();
        var found = new List<SessionSummary>();
        while (row.Read())
        {
            found.Add(new SessionSummary(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4)));
        }

        return found;
    }

    /// <summary>Lets go of the connection after a failure; the next use opens the file anew.</summary>
    public void Abandon()
    {
        connection?.Dispose();
        connection = null;
    }

    public void Dispose() => Abandon();

    private SqliteCommand Command(string sql)
    {
        var command = Open().CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private SqliteConnection Open()
    {
        if (connection is not null)
        {
            return connection;
        }

        if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        try
        {
            return connection = Connect();
        }
        catch (SqliteException fault) when (SqliteFaults.IsCorrupt(fault))
        {
            SetAside();
            return connection = Connect();
        }
    }

    private SqliteConnection Connect()
    {
        SQLitePCL.Batteries_V2.Init();
        // Pooling would keep the file open past Abandon, and hold a damaged one.
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Pooling = false,
            DefaultTimeout = (int)options.LockTimeout.TotalSeconds,
        }.ToString());
        try
        {
            opened.Open();
            using var command = opened.CreateCommand();
            // FULL: a turn told to be saved survives a power cut; at a turn every few seconds the sync costs nothing that is felt.
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA page_size";
            command.ExecuteNonQuery();
            command.CommandText = "PRAGMA page_size";
            var pageSize = (long)command.ExecuteScalar()!;
            command.CommandText = $"PRAGMA max_page_count = {Math.Max(16, options.MaxBytes / pageSize)}";
            command.ExecuteNonQuery();
            // Reads every page: a file of a few megabytes takes milliseconds, and a damaged one is found now rather than in a call.
            command.CommandText = "PRAGMA quick_check(1)";
            if (command.ExecuteScalar() is not "ok")
            {
                throw new SqliteException("the file is damaged", 11);
            }

            SqliteSchema.Bring(opened, Path);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void SetAside()
    {
        var to = Enumerable.Range(1, int.MaxValue).Select(n => $"{Path}.damaged-{n}").First(name => !File.Exists(name));
        File.Move(Path, to);
        // A log of the damaged file would be played into the new one.
        File.Delete(Path + "-wal");
        File.Delete(Path + "-shm");
        DamagedFile = to;
    }
}
