using Microsoft.Data.Sqlite;

namespace Conversation.Sessions.Store;

/// <summary>The tables and their version, which is SQLite's own <c>user_version</c>.</summary>
internal static class SqliteSchema
{
    /// <summary>The version this build writes. To change the tables: add a step to <see cref="Steps"/>, never edit one.</summary>
    public static int Version => Steps.Length;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            token_hash TEXT NOT NULL,
            tenant TEXT NOT NULL,
            settings TEXT NOT NULL,
            responder TEXT NOT NULL,
            dialog_state TEXT NOT NULL,
            turns TEXT NOT NULL,
            turn_count INTEGER NOT NULL,
            created_unix_ms INTEGER NOT NULL,
            updated_unix_ms INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX sessions_by_age ON sessions (updated_unix_ms);
        """,
        "ALTER TABLE sessions ADD COLUMN caller TEXT NOT NULL DEFAULT '';",
    ];

    /// <summary>Brings an open database to <see cref="Version"/>; refuses one from a newer build.</summary>
    public static void Bring(SqliteConnection connection, string path)
    {
        var present = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);
        if (present > Version)
        {
            throw SqliteFaults.Fault("store_version", $"The session store {path} has version {present}; this build knows versions up to {Version}. Run the newer build, or give this one a file of its own.");
        }

        while (present < Version)
        {
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = $"{Steps[present]} PRAGMA user_version = {++present};";
            command.ExecuteNonQuery();
            transaction.Commit();
        }
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
