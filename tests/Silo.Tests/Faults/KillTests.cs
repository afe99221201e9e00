using Conversation.Silo.Tests.Faults.Support;
using Conversation.Silo.Tests.Support;
using Xunit.Abstractions;

namespace Conversation.Silo.Tests.Faults;

/// <summary>kill -9 of a silo with live calls: real processes, a real PostgreSQL, real lines.</summary>
[Collection(KillCollection.Name)]
public sealed class KillTests(PostgresFixture postgres, ITestOutputHelper log)
{
    [PostgresFact]
    public async Task A_killed_silo_s_calls_answer_again_elsewhere_and_no_completed_turn_is_lost()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        await using var first = await SiloProcess.StartAsync(database, "first", log, "--Scripted:SaveDelay=00:00:01");
        await using var second = await SiloProcess.StartAsync(database, "second", log, "--Scripted:SaveDelay=00:00:01");
        await using var third = await SiloProcess.StartAsync(database, "third", log, "--Scripted:SaveDelay=00:00:01");
        await Talker.KnownAsync(first, second, third);
        List<Talker> doomed = [], others = [];
        try
        {
            for (var n = 0; n < 6; n++)
            {
                doomed.Add(await Talker.CallAsync(first.Http));
                others.Add(await Talker.CallAsync(n % 2 == 0 ? second.Http : third.Http));
            }

            await Task.WhenAll(doomed.Concat(others).Select(talker => talker.AskAsync("what time is it", TimeSpan.FromSeconds(30))));

            // Two in the middle of a sentence, two of a reply, two of a save.
            doomed[2].Say("tell me a story");
            doomed[3].Say("tell me a story");
            foreach (var other in others)
            {
                other.Say("tell me a story");
            }

            await Task.WhenAll(doomed[2].HearsAsync(TimeSpan.FromSeconds(0.2)), doomed[3].HearsAsync(TimeSpan.FromSeconds(0.2)));
            doomed[4].Say("one");
            doomed[5].Say("one");
            await Task.Delay(TimeSpan.FromSeconds(1.4));
            doomed[0].Say("one two three four five six");
            doomed[1].Say("one two three four five six");
            await Task.WhenAll(doomed[4].HearsAsync(TimeSpan.FromSeconds(0.3)), doomed[5].HearsAsync(TimeSpan.FromSeconds(0.3)), doomed[0].EventAsync("speech.started", SiloProcess.Clock.Elapsed - TimeSpan.FromSeconds(1)));
            await Task.Delay(300);
            var killed = await first.KillAsync();
            log.WriteLine($"{killed.TotalSeconds:0.00} killed");
            await Task.WhenAll(doomed.Select(talker => talker.AskAsync("is it tomorrow", TimeSpan.FromSeconds(60))));
            var known = await second.SaysAsync("Silo first is gone", killed);
            log.WriteLine($"detected after {(known - killed).TotalSeconds:0.0} s");
            foreach (var talker in doomed)
            {
                var gap = Assert.Single(talker.Gaps);
                log.WriteLine($"{talker.Id}: back {(gap.Back - killed)?.TotalSeconds:0.0} s after the kill, first frame {(gap.FirstFrame - killed)?.TotalSeconds:0.0} s; {gap.Refusals.Count} tries");
                Assert.True(talker.Faults.Count == 0, talker.Trace);
                Assert.True(gap.Restored);
                Assert.True(gap.Back - known < TimeSpan.FromSeconds(10), talker.Trace);
            }

            foreach (var talker in others)
            {
                // They had nothing to do with it: their story was told to its end, through the line they had.
                Assert.True(talker.Faults.Count == 0, talker.Trace);
                Assert.Empty(talker.Gaps);
                Assert.Equal(2, talker.Completed.Count);
            }
            Assert.All([second, third], silo => Assert.False(silo.HasExited, silo.Output));
        }
        finally
        {
            await Task.WhenAll(doomed.Concat(others).Select(talker => talker.DisposeAsync().AsTask()));
        }
    }

    [PostgresFact]
    public async Task Killed_at_any_moment_of_any_save_no_turn_that_was_told_is_lost()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        List<SiloProcess> silos = [await SiloProcess.StartAsync(database, "a", log, "--Scripted:SaveDelay=00:00:00.3")];
        silos.Add(await SiloProcess.StartAsync(database, "b", log, "--Scripted:SaveDelay=00:00:00.3"));
        await Talker.KnownAsync(silos);
        var talkers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Talker.CallAsync(silos[n % 2].Http)));
        try
        {
            for (var round = 0; round < 2; round++)
            {
                // Turns of a word, each at its own moment: some are being written whenever the silo goes.
                var conversations = talkers.Select((talker, n) => Task.Run(async () =>
                {
                    await Task.Delay(n * 230);
                    await talker.AskAsync("one", TimeSpan.FromSeconds(60));
                    await talker.AskAsync("two", TimeSpan.FromSeconds(60));
                })).ToArray();
                await Task.Delay(TimeSpan.FromSeconds(2.5));
                var told = talkers.Sum(talker => talker.Completed.Count);
                var killed = await silos[round].KillAsync();
                await Task.WhenAll(conversations);
                var back = talkers.SelectMany(talker => talker.Gaps).Where(gap => gap.Lost >= killed).ToArray();
                log.WriteLine($"killed after {told} turns; {back.Length} calls were back after {back.Max(gap => (gap.Back - killed)!.Value.TotalSeconds):0.0} s at most, known after {(await silos[1 - round].SaysAsync("is gone", killed) - killed).TotalSeconds:0.0} s");
                silos[round] = await silos[round].AgainAsync(database);
                await Talker.KnownAsync(silos);
            }

            Assert.All(talkers, talker => Assert.True(talker.Faults.Count == 0, talker.Trace));
            Assert.True(talkers.Sum(talker => talker.Gaps.Count) >= 10);
        }
        finally
        {
            await Task.WhenAll(talkers.Select(talker => talker.DisposeAsync().AsTask()));
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }
}
