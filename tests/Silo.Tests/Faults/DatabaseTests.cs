using Conversation.Silo.Tests.Faults.Support;
using Conversation.Silo.Tests.Support;
using Xunit.Abstractions;

namespace Conversation.Silo.Tests.Faults;

/// <summary>Live calls while PostgreSQL is away.</summary>
[Collection(KillCollection.Name)]
public sealed class DatabaseTests(ITestOutputHelper log)
{
    [PostgresFact]
    public async Task Calls_go_on_without_the_database_and_what_they_said_is_kept_once_it_is_back()
    {
        await using var postgres = await PostgresServer.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        await using var first = await SiloProcess.StartAsync(database, "first", log);
        await using var second = await SiloProcess.StartAsync(database, "second", log);
        await Talker.KnownAsync(first, second);
        var within = TimeSpan.FromSeconds(30);
        var talkers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Talker.CallAsync(n % 2 == 0 ? first.Http : second.Http)));
        Talker? late = null;
        try
        {
            await Task.WhenAll(talkers.Select(talker => talker.AskAsync("one", within)));
            var stopped = SiloProcess.Clock.Elapsed;
            await postgres.StopAsync(crash: true);

            // Answered, and told of as completed: the session lives, and its client was told what would be lost with it.
            await Task.WhenAll(talkers.Select(talker => talker.AskAsync("two", within)));
            foreach (var talker in talkers)
            {
                Assert.Equal("store_failed", (string?)(await talker.EventAsync("error", stopped))["code"]);
            }

            // Whoever calls now is answered too.
            var asked = SiloProcess.Clock.Elapsed;
            late = await Talker.CallAsync(first.Http).WaitAsync(within);
            log.WriteLine($"opened without the database in {(SiloProcess.Clock.Elapsed - asked).TotalSeconds:0.0} s");
            await late.AskAsync("one", within);
            if (stopped + TimeSpan.FromSeconds(10) - SiloProcess.Clock.Elapsed is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest);
            }

            await postgres.StartAgainAsync();
            var back = SiloProcess.Clock.Elapsed;
            log.WriteLine($"away for {(back - stopped).TotalSeconds:0.0} s");
            await Task.WhenAll(talkers.Append(late).Select(talker => talker.AskAsync("three", within)));
            Assert.All(talkers.Append(late), talker => Assert.Empty(talker.Gaps));

            // What was said meanwhile is not lost with the silo either.
            var killed = await first.KillAsync();
            await Task.WhenAll(talkers.Append(late).Where(talker => talker.At == first.Http).Select(talker => talker.AskAsync("four", TimeSpan.FromSeconds(60))));
            foreach (var talker in talkers.Append(late))
            {
                Assert.True(talker.Faults.Count == 0, talker.Trace);
                Assert.Equal(talker == late ? ["one", "three", "four"] : talker.Gaps.Count == 0 ? ["one", "two", "three"] : ["one", "two", "three", "four"], talker.Completed.Select(turn => turn.User));
            }
            Assert.All([second], silo => Assert.False(silo.HasExited, silo.Output));
        }
        finally
        {
            await Task.WhenAll(talkers.Append(late).OfType<Talker>().Select(talker => talker.DisposeAsync().AsTask()));
        }
    }
}
