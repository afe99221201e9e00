using Conversation.Silo.Hosting;
using Conversation.Silo.Options;
using Conversation.Silo.Postgres;
using Conversation.Silo.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Conversation.Silo.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class SchemaTests(PostgresFixture postgres)
{
    private static readonly SiloOptions AtOnce = new() { ConnectWithin = TimeSpan.Zero };

    [PostgresFact]
    public async Task The_tables_are_made_once()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await Installer(database).StartingAsync(default);
        await PostgresServer.ExecuteAsync(database, "UPDATE conversation_schema SET applied = 'epoch'");
        await Installer(database).StartingAsync(default);
        Assert.Equal(0d, Convert.ToDouble(await PostgresServer.ExecuteAsync(database, "SELECT extract(epoch from applied) FROM conversation_schema"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(20L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM OrleansQuery"));
    }

    [PostgresFact]
    public async Task Silos_that_start_at_once_take_turns()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Installer(database).StartingAsync(default))));
        Assert.Equal(1L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM conversation_schema"));
    }

    [PostgresFact]
    public async Task Scripts_may_run_again_over_what_they_made()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await Installer(database).StartingAsync(default);
        await PostgresServer.ExecuteAsync(database, "UPDATE OrleansQuery SET QueryText = 'old'; DELETE FROM conversation_schema");
        await Installer(database).StartingAsync(default);
        Assert.Equal(0L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM OrleansQuery WHERE QueryText = 'old'"));
    }

    [PostgresFact]
    public async Task Without_leave_to_make_tables_it_says_what_is_missing()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        var options = AtOnce with { CreateSchema = false };
        Assert.Contains("not there", await FaultAsync(database, options), StringComparison.Ordinal);
        await Installer(database).StartingAsync(default);
        await Installer(database, options).StartingAsync(default);
        await PostgresServer.ExecuteAsync(database, "UPDATE conversation_schema SET version = 0");
        Assert.Contains("of version 0", await FaultAsync(database, options), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Refusals_are_told_in_words_without_the_password()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, "CREATE ROLE guest LOGIN PASSWORD 'guest'");
        var target = new NpgsqlConnectionStringBuilder(database);
        var wrong = await FaultAsync(new NpgsqlConnectionStringBuilder(database) { Password = "hush-hush" }.ConnectionString);
        Assert.Contains("refuses the password of 'conversation'", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", wrong, StringComparison.Ordinal);
        Assert.Contains("has no database 'nowhere'", await FaultAsync(new NpgsqlConnectionStringBuilder(database) { Database = "nowhere" }.ConnectionString), StringComparison.Ordinal);
        Assert.Contains("'guest' may not make or use the tables", await FaultAsync(new NpgsqlConnectionStringBuilder(database) { Username = "guest", Password = "guest" }.ConnectionString), StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:1 does not answer", await FaultAsync(new NpgsqlConnectionStringBuilder(database) { Port = 1 }.ConnectionString), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", target.Host);
    }

    [PostgresFact]
    public async Task It_waits_for_a_database_that_is_not_there_yet_and_says_so()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.NewDatabaseAsync();
        await server.StopAsync();
        var log = new LineLogger();
        var starting = new SchemaInstaller(new SiloOptions(), database, TimeProvider.System, log).StartingAsync(default);
        await TestSilo.Until(() => log.Lines.Any(line => line.Contains("does not answer", StringComparison.Ordinal)));
        Assert.False(starting.IsCompleted);
        await server.StartAgainAsync();
        await starting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(log.Lines, line => line.EndsWith("answers", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_are_set_where_the_string_sets_none()
    {
        var own = new NpgsqlConnectionStringBuilder(PostgresConnection.Complete("Host=db;Username=u;Password=p;CommandTimeout=77", "silo-1"));
        Assert.Equal((3, 77, "silo-1"), (own.Timeout, own.CommandTimeout, own.ApplicationName));
    }

    private static SchemaInstaller Installer(string database, SiloOptions? options = null) =>
        new(options ?? new SiloOptions(), database, TimeProvider.System, NullLogger<SchemaInstaller>.Instance);

    private static async Task<string> FaultAsync(string database, SiloOptions? options = null) =>
        (await Assert.ThrowsAsync<SiloStartException>(() => Installer(database, options ?? AtOnce).StartingAsync(default))).Message;

    private sealed class LineLogger : ILogger<SchemaInstaller>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue(formatter(state, exception));
    }
}
