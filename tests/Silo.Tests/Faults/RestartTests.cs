using Conversation.Conformance.Engines;
using Conversation.Silo.Tests.Faults.Support;
using Conversation.Silo.Tests.Support;
using Xunit.Abstractions;

namespace Conversation.Silo.Tests.Faults;

/// <summary>Silos that are told to go, one after the other, while calls are going on through them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class RestartTests(PostgresFixture postgres, ITestOutputHelper log)
{
    private const int Calls = 30;

    [PostgresFact]
    public async Task Three_silos_restarted_one_after_the_other_drop_no_call_and_lose_no_turn()
    {
        var database = await postgres.Server.NewDatabaseAsync();
        var silos = new List<SiloProcess> { await SiloProcess.StartAsync(database, "silo-0", log) };
        silos.AddRange(await Task.WhenAll(SiloProcess.StartAsync(database, "silo-1", log), SiloProcess.StartAsync(database, "silo-2", log)));
        await Talker.KnownAsync(silos);
        var talkers = new List<Talker>();
        using var over = new CancellationTokenSource();
        try
        {
            talkers.AddRange(await Task.WhenAll(Enumerable.Range(0, Calls).Select(n => Talker.CallAsync(silos[n % 3].Http))));
            var asked = 0;
            var conversations = talkers.Select((talker, n) => Task.Run(async () =>
            {
                await Task.Delay(n * 70);
                for (var turn = 1; !over.IsCancellationRequested; turn++)
                {
                    // Every third turn is a story of four seconds.
                    var words = (turn + n) % 3 == 0 ? "tell me a story" : "what time is it";
                    var done = await talker.AskAsync(words, TimeSpan.FromSeconds(60));
                    Interlocked.Increment(ref asked);
                    Assert.Equal((turn, words, (turn + n) % 3 == 0 ? ScriptedResponder.Story : "You said what time is it."), done);
                    await Task.Delay(200 + (n % 7 * 60));
                }
            })).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(3));
            for (var n = 0; n < 3; n++)
            {
                var began = SiloProcess.Clock.Elapsed;
                Assert.Equal(0, await silos[n].StopAsync());
                log.WriteLine($"{silos[n].Name} has gone at {SiloProcess.Clock.Elapsed.TotalSeconds:0.00} after {(SiloProcess.Clock.Elapsed - began).TotalSeconds:0.0} s");
                Assert.False(conversations.Any(conversation => conversation.IsFaulted), string.Join('\n', conversations.Where(c => c.IsFaulted).Select(c => c.Exception!.InnerException!.Message)));
                var old = silos[n];
                silos[n] = await old.AgainAsync(database);
                await old.DisposeAsync();
                await Talker.KnownAsync(silos);
            }

            await Task.Delay(TimeSpan.FromSeconds(2));
            await over.CancelAsync();
            await Task.WhenAll(conversations);
            var gaps = talkers.SelectMany(talker => talker.Gaps).ToArray();
            log.WriteLine($"{Calls} calls, {asked} turns, {gaps.Length} times resumed, {gaps.Count(gap => gap.Restored)} of them restored; {gaps.Count(gap => gap.FirstPosition is > 0)} in the middle of a reply");
            log.WriteLine($"line gone for {gaps.Max(gap => (gap.Back - gap.Lost)!.Value.TotalMilliseconds):0} ms at most; worst silence in a reply {string.Join(", ", talkers.OrderByDescending(talker => talker.WorstSilence).Take(3).Select(talker => $"{talker.WorstSilence.TotalMilliseconds:0} ms at {talker.WorstAt.TotalSeconds:0.00}"))}");
            Assert.All(silos, silo => Assert.False(silo.HasExited, silo.Output));
            foreach (var talker in talkers)
            {
                Assert.True(talker.Faults.Count == 0, talker.Trace);
                Assert.DoesNotContain("session_lost", talker.Reasons);
                Assert.All(talker.Gaps, gap => Assert.True(gap.Resumed, talker.Trace));
            }
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(talkers.Select(talker => talker.DisposeAsync().AsTask()));
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }
}
