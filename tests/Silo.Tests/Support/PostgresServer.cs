using System.Diagnostics;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Conversation.Silo.Tests.Support;

/// <summary>A real PostgreSQL of the tests' own, by the script that <c>./run --cluster</c> uses too. Can be stopped, crashed and started again.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly string Script = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourcePath())!, "..", "..", "..", ".ci", "postgres.sh"));
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-postgres-").FullName;
    private int databases;

    private PostgresServer()
    {
    }

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? Missing { get; } = OperatingSystem.IsWindows() || Run("find").Code != 0 ? "PostgreSQL is not installed here (apt-get install postgresql, or name its programs' folder in POSTGRES_BIN)" : null;

    /// <summary>Of its own database, <c>conversation</c>.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it, on the port it had before.</summary>
    public async Task StartAgainAsync()
    {
        var port = ConnectionString.Length == 0 ? 0 : new NpgsqlConnectionStringBuilder(ConnectionString).Port;
        var (code, output) = await RunAsync("start", folder, $"{port}", "quick");
        Assert.True(code == 0, $"PostgreSQL did not start: {output}");
        ConnectionString = output.Trim();
    }

    public async Task StopAsync(bool crash = false)
    {
        await RunAsync("stop", folder, crash ? "immediate" : "fast");
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Stops it in its tracks, as a machine does whose disk hangs: connections stand, nothing answers. False: lets it go on.</summary>
    public async Task FreezeAsync(bool frozen)
    {
        var parent = (await File.ReadAllLinesAsync(Path.Combine(folder, "data", "postmaster.pid")))[0];
        using var process = Process.Start("bash", ["-c", $"kill -{(frozen ? "STOP" : "CONT")} {parent} $(grep -l -E '^PPid:[[:space:]]+{parent}$' /proc/[0-9]*/status 2> /dev/null | cut -d/ -f3)"]);
        await process.WaitForExitAsync();
    }

    /// <summary>A database that nobody else uses; its connection string.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"d{Interlocked.Increment(ref databases)}";
        await ExecuteAsync(ConnectionString, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    public static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(crash: true);
        Directory.Delete(folder, recursive: true);
    }

    private static Task<(int Code, string Output)> RunAsync(params string[] arguments) => Task.Run(() => Run(arguments)).WaitAsync(Patience);

    private static (int Code, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [Script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static string SourcePath([CallerFilePath] string path = "") => path;
}

/// <summary>A test that needs PostgreSQL, skipped with the reason where there is none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>One server for the tests that leave it running; each takes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (PostgresServer.Missing is null)
        {
            Server = await PostgresServer.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}
