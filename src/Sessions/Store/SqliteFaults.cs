using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Conversation.Sessions.Store;

/// <summary>What SQLite and the file system say, in words that tell what to do.</summary>
internal static class SqliteFaults
{
    // Result codes: https://www.sqlite.org/rescode.html
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>True where the file itself is broken and only a fresh one helps.</summary>
    public static bool IsCorrupt(SqliteException fault) => fault.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>True for what storage may throw; anything else is a bug and is not caught.</summary>
    public static bool IsStorage(Exception exception) =>
        exception is SqliteException or IOException or UnauthorizedAccessException or JsonException;

    public static SessionStoreException Wrap(Exception exception, string path) => exception switch
    {
        SessionStoreException already => already,
        SqliteException { SqliteErrorCode: Busy or Locked } => Fault("store_locked", $"Another process holds the session store {path}. Stop it, or give this one a file of its own.", exception),
        SqliteException { SqliteErrorCode: Full } => Fault("store_full", $"The session store {path} has no room left. Free disk space, raise Store:MaxBytes, or shorten Sessions:KeepFor.", exception, "Store:MaxBytes"),
        SqliteException { SqliteErrorCode: ReadOnly or CannotOpen } or UnauthorizedAccessException => Fault("store_read_only", $"The session store {path} cannot be written. Check that its folder exists and that this user may write there.", exception),
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } or JsonException => Fault("store_corrupt", $"The session store {path} is damaged. Restart to set it aside and begin a new one.", exception),
        SqliteException { SqliteErrorCode: IoError } or IOException => Fault("store_failed", $"The disk under the session store {path} failed: {exception.Message}", exception),
        _ => Fault("store_failed", $"The session store {path} failed: {exception.Message}", exception),
    };

    public static SessionStoreException Fault(string code, string message, Exception? inner = null, string setting = "Store:Path") =>
        new(new SessionFault(code, message, setting), inner);
}
