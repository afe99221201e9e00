using Conversation.Grains.Composition;
using Conversation.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Conversation.Silo.Tests.Cluster;

/// <summary>Orleans' own storage and reminders over our tables, in a silo as the program composes it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class StorageTests(PostgresFixture postgres)
{
    [PostgresFact]
    public async Task State_is_written_read_and_deleted_with_a_version_each_time()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using var silo = await TestSilo.InClusterAsync(database);
        var storage = silo.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Sessions);
        var id = GrainId.Create("session", "s-1");
        var first = new GrainState<AdderState>();
        await storage.ReadStateAsync("state", id, first);
        Assert.False(first.RecordExists);
        Assert.Null(first.ETag);

        first.State = new AdderState { Sum = 1, Words = "“a” 'b' \\ \0 €".Replace("\0", "", StringComparison.Ordinal) };
        await storage.WriteStateAsync("state", id, first);
        Assert.Equal("1", first.ETag);
        first.State.Sum = 2;
        await storage.WriteStateAsync("state", id, first);
        Assert.Equal("2", first.ETag);

        var read = new GrainState<AdderState>();
        await storage.ReadStateAsync("state", id, read);
        Assert.True(read.RecordExists);
        Assert.Equal((2, first.State.Words, "2"), (read.State!.Sum, read.State.Words, read.ETag));
        Assert.Equal("{\"Sum\":2", (await PostgresServer.ExecuteAsync(database, "SELECT left(convert_from(PayloadBinary, 'UTF8'), 8) FROM orleans_storage"))!.ToString());

        await storage.ClearStateAsync("state", id, read);
        Assert.False(read.RecordExists);
        Assert.Equal(0L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM orleans_storage"));
    }

    [PostgresFact]
    public async Task Of_two_that_write_at_once_one_is_refused()
    {
        await using var silo = await TestSilo.InClusterAsync(await postgres.Server.NewDatabaseAsync());
        var storage = silo.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Sessions);
        var id = GrainId.Create("session", "s-1");

        // Both new.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TryWriteAsync(new GrainState<AdderState>(new AdderState()))));
        Assert.Equal(1, outcomes.Count(outcome => outcome));

        // Both knew the same version.
        GrainState<AdderState>[] known = [new(), new(), new()];
        foreach (var state in known)
        {
            await storage.ReadStateAsync("state", id, state);
        }

        Assert.Equal(1, (await Task.WhenAll(known.Select(TryWriteAsync))).Count(outcome => outcome));

        // One knows an old one, and clears.
        var old = new GrainState<AdderState>(new AdderState(), "1");
        old.RecordExists = true;
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", id, old));

        async Task<bool> TryWriteAsync(GrainState<AdderState> state)
        {
            try
            {
                await Task.Run(() => storage.WriteStateAsync("state", id, state));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }
    }

    [PostgresFact]
    public async Task A_grain_finds_its_state_and_its_reminders_on_another_silo()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using (var silo = await TestSilo.InClusterAsync(database))
        {
            var adder = silo.Grains.GetGrain<IAdderGrain>(7);
            Assert.Equal(5, await adder.Add(5));
            await adder.Save();
            Assert.Equal(["a"], await adder.Remind("a"));
            Assert.Equal(["a", "b"], await adder.Remind("b"));
            Assert.Equal(["a", "b"], await adder.Remind("a"));
        }

        Assert.Equal(TimeSpan.FromDays(40).TotalMilliseconds, Convert.ToDouble(await PostgresServer.ExecuteAsync(database, "SELECT max(Period) FROM orleans_reminder"), System.Globalization.CultureInfo.InvariantCulture));
        await using (var silo = await TestSilo.InClusterAsync(database))
        {
            var adder = silo.Grains.GetGrain<IAdderGrain>(7);
            Assert.Equal(6, await adder.Add(1));
            await adder.Forget("a");
            Assert.Equal(["b", "c"], await adder.Remind("c"));
        }
    }

    [PostgresFact]
    public async Task Reminders_are_read_by_their_part_of_the_ring()
    {
        await using var silo = await TestSilo.InClusterAsync(await postgres.Server.NewDatabaseAsync());
        var table = silo.Services.GetRequiredService<IReminderTable>();
        var grains = Enumerable.Range(0, 40).Select(index => GrainId.Create("session", $"s{index}")).ToArray();
        foreach (var grain in grains)
        {
            Assert.Equal("0", await table.UpsertRow(new ReminderEntry { GrainId = grain, ReminderName = "r", StartAt = new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc), Period = TimeSpan.FromMinutes(1) }));
        }

        foreach (var (begin, end) in new[] { (0u, 1u << 30), (1u << 30, 3u << 30), (3u << 30, 1u << 30), (7u, 7u) })
        {
            var rows = (await table.ReadRows(begin, end)).Reminders.Select(row => row.GrainId).Order();
            Assert.Equal(grains.Where(grain => Within(grain.GetUniformHashCode(), begin, end)).Order(), rows);
        }

        var row = await table.ReadRow(grains[0], "r");
        Assert.Equal(TimeSpan.FromMinutes(1), row!.Period);
        Assert.False(await table.RemoveRow(grains[0], "r", "9"));
        Assert.True(await table.RemoveRow(grains[0], "r", row.ETag!));
        Assert.Null(await table.ReadRow(grains[0], "r"));

        static bool Within(uint hash, uint begin, uint end) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    }
}
