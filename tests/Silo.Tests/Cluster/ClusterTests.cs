using Conversation.Silo.Tests.Support;
using Orleans;
using Orleans.Storage;

namespace Conversation.Silo.Tests.Cluster;

/// <summary>Silos as the program composes them, several in this process, with a real PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ClusterTests(PostgresFixture postgres)
{
    [PostgresFact]
    public async Task Silos_find_each_other_and_know_who_left()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using var first = await TestSilo.InClusterAsync(database, "--Silo:Name=first");
        await using var second = await TestSilo.InClusterAsync(database, "--Silo:Name=second");
        await TestSilo.Until(() => first.Living == 2 && second.Living == 2);

        // Whoever asks, it is the same grain.
        var where = await first.Grains.GetGrain<IAdderGrain>(1).Where();
        Assert.Equal(where, await second.Grains.GetGrain<IAdderGrain>(1).Where());
        Assert.Equal(3, await first.Grains.GetGrain<IAdderGrain>(1).Add(3));
        Assert.Equal(5, await second.Grains.GetGrain<IAdderGrain>(1).Add(2));
        await second.Grains.GetGrain<IAdderGrain>(1).Save();

        await (where == "first" ? first : second).StopAsync();
        var left = where == "first" ? second : first;
        await TestSilo.Until(() => left.Living == 1);
        Assert.Equal(6, await left.Grains.GetGrain<IAdderGrain>(1).Add(1));
    }

    [PostgresFact]
    public async Task Silos_live_through_a_database_that_goes_and_comes()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.NewDatabaseAsync();
        await using var first = await TestSilo.InClusterAsync(database);
        await using var second = await TestSilo.InClusterAsync(database);
        await TestSilo.Until(() => first.Living == 2 && second.Living == 2);
        var adder = first.Grains.GetGrain<IAdderGrain>(1);
        await adder.Add(1);
        await adder.Save();

        await server.StopAsync(crash: true);
        // What lives in memory goes on; what must be written fails, soon, and says so.
        Assert.Equal(3, await adder.Add(2));
        Assert.Equal(3, await second.Grains.GetGrain<IAdderGrain>(1).Add(0));
        await Assert.ThrowsAnyAsync<Exception>(() => adder.Save().WaitAsync(TimeSpan.FromSeconds(20)));
        // Two periods of probes and of signs of life.
        await Task.Delay(TimeSpan.FromSeconds(11));
        Assert.Equal(3, await adder.Add(0));
        Assert.Equal((2, 2), (first.Living, second.Living));

        await server.StartAgainAsync();
        await adder.Save();
        await adder.Leave();
        Assert.Equal(3, await adder.Add(0));
        await using var third = await TestSilo.InClusterAsync(database);
        await TestSilo.Until(() => first.Living == 3 && third.Living == 3);
    }

    [PostgresFact]
    public async Task Silos_live_through_a_database_that_hangs()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.NewDatabaseAsync();
        await using var first = await TestSilo.InClusterAsync(database);
        await using var second = await TestSilo.InClusterAsync(database);
        await TestSilo.Until(() => first.Living == 2 && second.Living == 2);
        var adder = first.Grains.GetGrain<IAdderGrain>(1);
        await adder.Add(1);
        await adder.Save();

        await server.FreezeAsync(true);
        try
        {
            var began = System.Diagnostics.Stopwatch.StartNew();
            // A write fails when its limit (4 s, and what giving up takes: 10 s, or the call's own 15) is over; what needs none goes on.
            var saving = Assert.ThrowsAnyAsync<Exception>(() => adder.Save());
            Assert.Equal(4, await second.Grains.GetGrain<IEchoGrain>(2).Echo(4));
            await saving;
            Assert.InRange(began.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(25));
            Assert.Equal((2, 2), (first.Living, second.Living));
        }
        finally
        {
            await server.FreezeAsync(false);
        }

        try
        {
            await adder.Save();
        }
        catch (InconsistentStateException)
        {
            // The write that was given up has been done after all, unseen; Orleans lets go of the grain, and the next one reads.
        }

        Assert.Equal(1, await adder.Add(0));
        await adder.Save();
    }

    [PostgresFact]
    public async Task A_silo_joins_though_the_others_were_killed_a_moment_ago()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using (await TestSilo.InClusterAsync(database))
        {
        }

        // As a silo leaves it that gave a sign of life and was killed.
        await PostgresServer.ExecuteAsync(database, """
            UPDATE orleans_membership SET Status = 3, SuspectTimes = NULL, IAmAliveTime = now(), SiloName = 'killed', Port = 1;
            UPDATE orleans_membership_version SET Version = Version + 1
            """);
        var began = System.Diagnostics.Stopwatch.StartNew();
        await using var silo = await TestSilo.InClusterAsync(database);
        Assert.InRange(began.Elapsed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        await TestSilo.Until(() => silo.Living == 1);
        // The dead silo's part of the directory takes new grains at once.
        await Task.WhenAll(Enumerable.Range(0, 50).Select(key => silo.Grains.GetGrain<IEchoGrain>(key).Echo(4))).WaitAsync(TimeSpan.FromSeconds(8));
        Assert.Equal(0L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM orleans_membership WHERE SiloName = 'killed' AND Status = 3"));
    }

    [PostgresFact]
    public async Task Clusters_in_one_database_do_not_meet()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using var first = await TestSilo.InClusterAsync(database, "--Silo:ClusterId=blue");
        await using var second = await TestSilo.InClusterAsync(database, "--Silo:ClusterId=green");
        Assert.Equal((1, 1), (first.Living, second.Living));
    }

    [Fact]
    public async Task A_silo_by_itself_needs_no_database()
    {
        await using var silo = await TestSilo.StartAsync();
        Assert.Equal(1, silo.Living);
        Assert.True(System.Net.IPAddress.IsLoopback(silo.Address.Endpoint.Address));
    }
}
