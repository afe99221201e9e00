using System.Net;
using Conversation.Silo.Options;
using Conversation.Silo.Postgres;
using Conversation.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService;

namespace Conversation.Silo.Tests.Postgres;

/// <summary>Orleans' own membership table over our tables: what its protocol counts on.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MembershipTests(PostgresFixture postgres)
{
    private static readonly DateTime Now = new(2031, 3, 4, 5, 6, 7, 891, DateTimeKind.Utc);

    [PostgresFact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        var table = await TableAsync();
        var before = await table.ReadAll();
        Assert.Empty(before.Members);
        Assert.Equal(0, before.Version.Version);

        var entry = Entry(1);
        Assert.True(await table.InsertRow(entry, before.Version.Next()));
        var (read, _) = Assert.Single((await table.ReadAll()).Members);
        Assert.Equal((entry.SiloAddress, "silo-1", "host", SiloStatus.Joining, 30_000), (read.SiloAddress, read.SiloName, read.HostName, read.Status, read.ProxyPort));
        Assert.Equal((Now, Now), (read.StartTime, read.IAmAliveTime));
        Assert.Null(read.SuspectTimes);
        Assert.Equal(1, (await table.ReadRow(entry.SiloAddress)).Version.Version);
        Assert.Empty((await table.ReadRow(Entry(2).SiloAddress)).Members);
    }

    [PostgresFact]
    public async Task Changes_need_the_version_and_count_it_up()
    {
        var table = await TableAsync();
        var empty = (await table.ReadAll()).Version;
        var entry = Entry(1);
        Assert.True(await table.InsertRow(entry, empty.Next()));
        // A second one by who knows the old version, and the same row again by who knows the new.
        Assert.False(await table.InsertRow(Entry(2), empty.Next()));
        var one = await table.ReadAll();
        Assert.False(await table.InsertRow(entry, one.Version.Next()));
        Assert.Equal(1, (await table.ReadAll()).Version.Version);

        entry.Status = SiloStatus.Active;
        entry.SuspectTimes = [Tuple.Create(Entry(9).SiloAddress, Now)];
        Assert.False(await table.UpdateRow(entry, "", empty.Next()));
        Assert.True(await table.UpdateRow(entry, "", one.Version.Next()));
        var two = await table.ReadAll();
        Assert.Equal(2, two.Version.Version);
        var (read, _) = Assert.Single(two.Members);
        Assert.Equal(SiloStatus.Active, read.Status);
        Assert.Equal(Entry(9).SiloAddress, Assert.Single(read.SuspectTimes!).Item1);

        // Of one that is not there, nothing is changed or counted.
        Assert.False(await table.UpdateRow(Entry(3), "", two.Version.Next()));
        Assert.Equal(2, (await table.ReadAll()).Version.Version);
    }

    [PostgresFact]
    public async Task A_sign_of_life_leaves_the_version_alone()
    {
        var table = await TableAsync();
        var entry = Entry(1);
        await table.InsertRow(entry, (await table.ReadAll()).Version.Next());
        entry.IAmAliveTime = Now.AddMinutes(3);
        await table.UpdateIAmAlive(entry);
        var read = await table.ReadAll();
        Assert.Equal(1, read.Version.Version);
        Assert.Equal(Now.AddMinutes(3), Assert.Single(read.Members).Item1.IAmAliveTime);
    }

    [PostgresFact]
    public async Task Many_at_once_all_get_in_one_after_the_other()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        var tables = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => TableAsync(database)));
        await Task.WhenAll(tables.Select((table, index) => Task.Run(async () =>
        {
            while (!await table.InsertRow(Entry(index), (await table.ReadAll()).Version.Next()))
            {
            }
        })));
        var all = await tables[0].ReadAll();
        Assert.Equal(12, all.Members.Count);
        Assert.Equal(12, all.Version.Version);
    }

    [PostgresFact]
    public async Task The_dead_are_forgotten_and_clusters_kept_apart()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        var table = await TableAsync(database);
        var other = await TableAsync(database, "other");
        foreach (var (index, status) in new[] { (1, SiloStatus.Dead), (2, SiloStatus.Active) })
        {
            var entry = Entry(index);
            entry.Status = status;
            Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));
            Assert.True(await other.InsertRow(entry, (await other.ReadAll()).Version.Next()));
        }

        await table.CleanupDefunctSiloEntries(Now.AddDays(1));
        Assert.Equal(SiloStatus.Active, Assert.Single((await table.ReadAll()).Members).Item1.Status);
        Assert.Equal(2, (await other.ReadAll()).Members.Count);
        await other.DeleteMembershipTableEntries("other");
        Assert.Equal(0L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM orleans_membership WHERE DeploymentId = 'other'"));
        Assert.Single((await table.ReadAll()).Members);
    }

    private async Task<AdoNetClusteringTable> TableAsync(string? database = null, string cluster = "c")
    {
        database ??= await postgres.Server.NewDatabaseAsync();
        await new SchemaInstaller(new Conversation.Silo.Options.SiloOptions(), database, TimeProvider.System, NullLogger<SchemaInstaller>.Instance).StartingAsync(default);
        var table = new AdoNetClusteringTable(
            new ServiceCollection().BuildServiceProvider(),
            Microsoft.Extensions.Options.Options.Create(new ClusterOptions { ClusterId = cluster, ServiceId = "s" }),
            Microsoft.Extensions.Options.Options.Create(new AdoNetClusteringSiloOptions { Invariant = "Npgsql", ConnectionString = database }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTable(tryInitTableVersion: true);
        return table;
    }

    private static MembershipEntry Entry(int index) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_000 + index), 5),
        SiloName = $"silo-{index}",
        HostName = "host",
        Status = SiloStatus.Joining,
        ProxyPort = 30_000,
        StartTime = Now,
        IAmAliveTime = Now,
    };
}
