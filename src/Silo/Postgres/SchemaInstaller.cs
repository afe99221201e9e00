using System.Data.Common;
using Conversation.Silo.Hosting;
using Conversation.Silo.Options;
using Npgsql;

namespace Conversation.Silo.Postgres;

/// <summary>
/// Before anything else starts: waits for the database, and makes the tables where they are absent or older than this build. Silos that start at
/// once take turns; all of a version is made in one transaction or nothing.
/// </summary>
internal sealed partial class SchemaInstaller(SiloOptions options, string connectionString, TimeProvider time, ILogger<SchemaInstaller> logger) : IHostedLifecycleService
{
    /// <summary>Version of the scripts of this build: raise it with every change of them.</summary>
    public const int Version = 1;

    private static readonly string[] Scripts = ["main.sql", "clustering.sql", "persistence.sql", "reminders.sql"];
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Any number, the same in all silos, that nobody else is likely to lock.</summary>
    private const long LockKey = 0x436f6e7665727361;

    /// <summary>The text of one script.</summary>
    public static string Script(string name)
    {
        using var stream = typeof(SchemaInstaller).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Waits for the database, at most <see cref="SiloOptions.ConnectWithin"/>, and sees to the tables. Fails with <see cref="SiloStartException"/>.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var began = time.GetTimestamp();
        var waited = false;
        while (true)
        {
            try
            {
                await SeeToTablesAsync(target, cancellationToken).ConfigureAwait(false);
                if (waited)
                {
                    LogAnswers(target.Host, target.Port);
                }

                return;
            }
            catch (Exception fault) when (PostgresFaults.MayPass(fault) && time.GetElapsedTime(began) < options.ConnectWithin)
            {
                if (!waited)
                {
                    LogWaiting(PostgresFaults.Tell(fault, target), options.ConnectWithin);
                }

                waited = true;
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is DbException || PostgresFaults.MayPass(fault))
            {
                throw new SiloStartException(PostgresFaults.Tell(fault, target), fault);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task SeeToTablesAsync(NpgsqlConnectionStringBuilder target, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            var version = await VersionAsync(connection, cancellation).ConfigureAwait(false);
            if (version >= Version)
            {
                return;
            }

            if (!options.CreateSchema)
            {
                throw new SiloStartException($"The tables in '{target.Database}' at {target.Host}:{target.Port} are {(version is null ? "not there" : $"of version {version}")}, and this build needs version {Version}. Run src/Silo/Sql/*.sql, or set Silo:CreateSchema=true.");
            }

            await InstallAsync(connection, cancellation).ConfigureAwait(false);
            LogInstalled(target.Database, target.Host, target.Port, Version);
        }
    }

    private static async Task InstallAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Before the transaction: one that began while another silo made the tables may go on not seeing them. Goes with the connection.
        await RunAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellation).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            // Another silo may have been quicker.
            if (await VersionAsync(connection, cancellation).ConfigureAwait(false) is not >= Version)
            {
                foreach (var script in Scripts)
                {
                    await RunAsync(connection, Script(script), cancellation).ConfigureAwait(false);
                }

                await RunAsync(connection, $"INSERT INTO conversation_schema (version) VALUES ({Version})", cancellation).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<int?> VersionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await RunAsync(connection, "SELECT to_regclass('conversation_schema')::text", cancellation).ConfigureAwait(false) is not string)
        {
            return null;
        }

        return await RunAsync(connection, "SELECT max(version) FROM conversation_schema", cancellation).ConfigureAwait(false) as int?;
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} Waiting for it, at most {Within}")]
    private partial void LogWaiting(string what, TimeSpan within);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL at {Host}:{Port} answers")]
    private partial void LogAnswers(string? host, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "Made the tables in '{Database}' at {Host}:{Port}, version {Version}")]
    private partial void LogInstalled(string? database, string? host, int port, int version);
}
