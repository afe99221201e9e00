using Conversation.Sessions.Store;
using Microsoft.Data.Sqlite;

namespace Conversation.Sessions.Tests.Store;

/// <summary>What a disk does to a store.</summary>
public sealed class SqliteSessionStoreTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string Path => folder.File("sessions.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Survives_a_restart()
    {
        await using (var before = Open())
        {
            await before.SaveAsync(Records.Make("a", 5, "asked for a name"));
        }

        await using var after = Open();
        Assert.Equal("asked for a name", (await after.LoadAsync("a"))!.DialogState);
        Assert.Null(after.DamagedFile);
    }

    [Fact]
    public async Task What_was_saved_is_there_though_the_process_was_killed()
    {
        // The files are copied while the store is open, as a crash would leave them: the log not yet folded in.
        await using var running = Open();
        await running.SaveAsync(Records.Make("a", 5, "kept"));
        var crashed = Directory.CreateDirectory(folder.File("crashed")).FullName;
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            File.Copy(file, System.IO.Path.Combine(crashed, System.IO.Path.GetFileName(file)));
        }

        await using var after = Open(System.IO.Path.Combine(crashed, "sessions.db"));
        Assert.Equal("kept", (await after.LoadAsync("a"))!.DialogState);
    }

    [Fact]
    public async Task Many_save_at_once_and_each_finds_its_own()
    {
        await using var store = Open();
        await Task.WhenAll(Enumerable.Range(0, 400).Select(n => Task.Run(() => store.SaveAsync(Records.Make($"s{n % 40}", n, $"{n}")))));

        foreach (var n in Enumerable.Range(0, 40))
        {
            Assert.Equal($"{360 + n}", (await store.LoadAsync($"s{n}"))!.DialogState);
        }
    }

    [Fact]
    public async Task Closing_writes_what_waits()
    {
        var store = Open();
        var saves = Enumerable.Range(0, 50).Select(n => store.SaveAsync(Records.Make($"s{n}"))).ToArray();
        await store.DisposeAsync();
        await Task.WhenAll(saves);

        await using var after = Open();
        Assert.Equal(50, (await after.ListAsync()).Count);
        var late = await Assert.ThrowsAsync<SessionStoreException>(() => store.SaveAsync(Records.Make("late")));
        Assert.Equal("store_failed", late.Fault.Code);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_set_aside_and_a_new_one_begun()
    {
        await File.WriteAllTextAsync(Path, new string('x', 5_000));
        await using var store = Open();
        await store.SaveAsync(Records.Make("a", 5, "new life"));

        Assert.Equal("new life", (await store.LoadAsync("a"))!.DialogState);
        Assert.Equal(Path + ".damaged-1", store.DamagedFile);
        Assert.Equal(5_000, new FileInfo(store.DamagedFile!).Length);
    }

    [Fact]
    public async Task A_damaged_page_is_found_on_opening()
    {
        await using (var before = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(n => before.SaveAsync(Records.Make($"s{n}", n, new string('d', 400)))));
        }

        await using (var file = File.OpenWrite(Path))
        {
            file.Position = 8_192;
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 12_000).ToArray());
        }

        await using var after = Open();
        await after.SaveAsync(Records.Make("a", 5, "new life"));
        Assert.NotNull(after.DamagedFile);
        Assert.Single(await after.ListAsync());
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_told_and_costs_the_others_nothing()
    {
        await using var store = Open();
        await store.SaveAsync(Records.Make("bad"));
        await store.SaveAsync(Records.Make("good", 1, "fine"));
        Execute("UPDATE sessions SET turns = '[{' WHERE id = 'bad'");

        var fault = await Assert.ThrowsAsync<SessionStoreException>(() => store.LoadAsync("bad"));
        Assert.Equal("store_corrupt", fault.Fault.Code);
        Assert.Equal("fine", (await store.LoadAsync("good"))!.DialogState);
    }

    [Fact]
    public async Task A_file_from_an_older_build_is_brought_up_to_date()
    {
        await using (var before = Open())
        {
            await before.SaveAsync(Records.Make("a", 1, "old"));
        }

        Execute("ALTER TABLE sessions DROP COLUMN caller");
        Execute("PRAGMA user_version = 1");
        await using var newer = Open();
        Assert.Equal("old", (await newer.LoadAsync("a"))!.DialogState);
        await newer.SaveAsync(Records.Make("a", 2) with { Caller = new CallerInfo { Number = "100" } });
        Assert.Equal("100", (await newer.LoadAsync("a"))!.Caller!.Number);
    }

    [Fact]
    public async Task A_file_from_a_newer_build_is_refused_and_left_alone()
    {
        await using (var before = Open())
        {
            await before.SaveAsync(Records.Make("a"));
        }

        Execute("PRAGMA user_version = 99");
        await using var older = Open();
        var fault = await Assert.ThrowsAsync<SessionStoreException>(() => older.SaveAsync(Records.Make("b")));
        Assert.Equal("store_version", fault.Fault.Code);
        Assert.Contains("version 99", fault.Message, StringComparison.Ordinal);
        Assert.Null(older.DamagedFile);
    }

    [Fact]
    public async Task A_locked_file_is_told_and_works_again_once_free()
    {
        await using var store = new SqliteSessionStore(new SqliteSessionStoreOptions { Path = Path, LockTimeout = TimeSpan.FromSeconds(1) });
        await store.SaveAsync(Records.Make("a"));
        using (var other = Connect())
        {
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            var fault = await Assert.ThrowsAsync<SessionStoreException>(() => store.SaveAsync(Records.Make("b")));
            Assert.Equal("store_locked", fault.Fault.Code);
            Assert.Contains(Path, fault.Message, StringComparison.Ordinal);
        }

        await store.SaveAsync(Records.Make("b"));
        Assert.Equal(2, (await store.ListAsync()).Count);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_what_was_saved_stays()
    {
        await using var store = new SqliteSessionStore(new SqliteSessionStoreOptions { Path = Path, MaxBytes = 1 << 20 });
        await store.SaveAsync(Records.Make("a", 5, "kept"));

        var fault = await Assert.ThrowsAsync<SessionStoreException>(() => store.SaveAsync(Records.Make("big", 5, new string('b', 2 << 20))));

        Assert.Equal("store_full", fault.Fault.Code);
        Assert.Equal("kept", (await store.LoadAsync("a"))!.DialogState);
        await store.SaveAsync(Records.Make("small", 5, "fits"));
        Assert.Equal("fits", (await store.LoadAsync("small"))!.DialogState);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_and_works_once_it_can()
    {
        // A file stands where the folder should be: that stops root too, whom permissions do not.
        var notAFolder = folder.File("data");
        await File.WriteAllTextAsync(notAFolder, "");
        await using var store = Open(System.IO.Path.Combine(notAFolder, "sessions.db"));

        var fault = await Assert.ThrowsAsync<SessionStoreException>(() => store.SaveAsync(Records.Make("a")));
        Assert.True(fault.Fault.Code is "store_failed" or "store_read_only", fault.Fault.Code);
        Assert.Contains(notAFolder, fault.Message, StringComparison.Ordinal);

        File.Delete(notAFolder);
        await store.SaveAsync(Records.Make("a", 1, "at last"));
        Assert.Equal("at last", (await store.LoadAsync("a"))!.DialogState);
    }

    [Fact]
    public async Task A_read_only_folder_is_told()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Nothing is read-only to everyone elsewhere.
        }

        // Even root cannot make a file there.
        await using var store = Open("/proc/self/sessions.db");
        var fault = await Assert.ThrowsAsync<SessionStoreException>(() => store.SaveAsync(Records.Make("a")));
        Assert.Equal("store_read_only", fault.Fault.Code);
        Assert.Equal("Store:Path", fault.Fault.Setting);
    }

    [Fact]
    public void Every_fault_of_the_options_is_told_at_once()
    {
        var fault = Assert.Throws<ArgumentException>(() => new SqliteSessionStore(new SqliteSessionStoreOptions { Path = " ", LockTimeout = TimeSpan.Zero, MaxBytes = 1, QueueCapacity = 0 }));
        foreach (var name in new[] { "Path", "LockTimeout", "MaxBytes", "QueueCapacity" })
        {
            Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        }
    }

    private SqliteSessionStore Open(string? path = null) => new(new SqliteSessionStoreOptions { Path = path ?? Path });

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
