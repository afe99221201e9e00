using Conversation.Silo.Tests.Faults.Support;
using Conversation.Silo.Tests.Support;
using Xunit.Abstractions;

namespace Conversation.Silo.Tests.Faults;

/// <summary>A silo that stands still for so long that the others take it for dead, and then goes on.</summary>
[Collection(KillCollection.Name)]
public sealed class FrozenSiloTests(PostgresFixture postgres, ITestOutputHelper log)
{
    [PostgresFact]
    public async Task A_silo_taken_for_dead_ends_when_it_wakes_and_overwrites_nothing()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using var first = await SiloProcess.StartAsync(database, "first", log);
        await using var second = await SiloProcess.StartAsync(database, "second", log);
        await using var third = await SiloProcess.StartAsync(database, "third", log);
        await Talker.KnownAsync(first, second, third);
        var within = TimeSpan.FromSeconds(60);
        var talkers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Talker.CallAsync(first.Http)));
        var other = await Talker.CallAsync(second.Http);
        try
        {
            await Task.WhenAll(talkers.Append(other).Select(talker => talker.AskAsync("one", within)));
            var frozen = SiloProcess.Clock.Elapsed;
            await first.SignalAsync("STOP");

            // What is said on the old line waits there, and is heard when the silo wakes: a turn in a session that is another's by then.
            var ghosts = talkers.Select(talker => talker.LeaveGhost("mhm two")).ToArray();
            await Task.WhenAll(talkers.Select(talker => talker.AskAsync("three", within)));
            var known = await second.SaysAsync("Silo first is gone", frozen);
            log.WriteLine($"taken for dead after {(known - frozen).TotalSeconds:0.0} s; all answered again after {(SiloProcess.Clock.Elapsed - frozen).TotalSeconds:0.0} s");
            Assert.All(talkers, talker => Assert.True(Assert.Single(talker.Gaps).Restored));

            var woken = SiloProcess.Clock.Elapsed;
            await first.SignalAsync("CONT");
            var code = await first.GoneAsync();
            log.WriteLine($"gone {(SiloProcess.Clock.Elapsed - woken).TotalSeconds:0.0} s after it woke, with code {code}");
            Assert.NotEqual(0, code);
            foreach (var talker in talkers)
            {
                var stored = (string)(await PostgresServer.ExecuteAsync(database, $"SELECT convert_from(PayloadBinary, 'UTF8') FROM orleans_storage WHERE GrainIdExtension LIKE '%{talker.Id}%'"))!;
                Assert.Contains("three", stored, StringComparison.Ordinal);
                Assert.DoesNotContain("mhm", stored, StringComparison.Ordinal);
            }

            await Task.WhenAll(talkers.Append(other).Select(talker => talker.AskAsync("four", within)));
            Assert.All(talkers.Append(other), talker => Assert.True(talker.Faults.Count == 0, talker.Trace));
            Assert.Empty(other.Gaps);
            foreach (var ghost in ghosts)
            {
                await ghost.DisposeAsync();
            }
            Assert.All([second, third], silo => Assert.False(silo.HasExited, silo.Output));
        }
        finally
        {
            await Task.WhenAll(talkers.Append(other).Select(talker => talker.DisposeAsync().AsTask()));
        }
    }
}
