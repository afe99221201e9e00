using Conversation.Silo.Tests.Support;
using Orleans;

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
        await TestSilo.Until(() => adder.Add(0).Result == 3);
        await using var third = await TestSilo.InClusterAsync(database);
        await TestSilo.Until(() => first.Living == 3 && third.Living == 3);
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
