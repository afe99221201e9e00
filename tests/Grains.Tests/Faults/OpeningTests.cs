using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Grains.Sessions;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Conformance;
using Conversation.Sessions;
using Xunit.Abstractions;

namespace Conversation.Grains.Tests.Faults;

/// <summary>A thousand callers at the same moment.</summary>
[Collection(FaultCollection.Name)]
public sealed class OpeningTests(ITestOutputHelper log)
{
    private const int Callers = 1_000;

    [Theory]
    [InlineData(400, 800)]
    [InlineData(600, 1_000)]
    public async Task All_open_for_whom_there_is_room_and_the_others_are_told_why_not(int most, int room)
    {
        var setup = ConformanceSetup.Default;
        await using var host = await ClusterHost.StartAsync(setup with { Sessions = setup.Sessions with { MaxSessions = most } });
        var since = TimeProvider.System.GetTimestamp();
        var clients = Enumerable.Range(0, Callers).Select(_ => new TestClient()).ToArray();
        var results = await Task.WhenAll(clients.Select((client, n) => Task.Run(() => host.Gateway(n % 2).OpenAsync(Caller.AtOnce, client, CancellationToken.None)))).WaitAsync(TimeSpan.FromSeconds(60));
        var took = TimeProvider.System.GetElapsedTime(since);
        var open = results.Where(result => result.Session is not null).Select(result => result.Session!).ToArray();
        var refused = results.Where(result => result.Fault is not null).Select(result => result.Fault!).ToArray();
        log.WriteLine($"{Callers} callers, room for {2 * most}: {open.Length} open, {refused.Length} refused ({string.Join(", ", refused.Select(fault => fault.Code).Distinct())}) in {took.TotalSeconds:0.00} s");
        Assert.Equal(Callers, open.Length + refused.Length);
        Assert.All(refused, fault => Assert.Equal("too_many_sessions", fault.Code));
        Assert.Equal(room, open.Length);
        Assert.Equal(room, host.Silos.Sum(silo => host.Get<LocalSessions>(silo).Count));

        // Each of them answers.
        for (var n = 0; n < Callers; n++)
        {
            if (results[n].Session is { } session)
            {
                clients[n].Opened(session);
                Assert.Null(session.Type("one"));
            }
        }

        await Task.WhenAll(clients.Where((_, n) => results[n].Session is not null).Select(client => client.NextAsync<SessionEvent.TurnCompleted>()));
        log.WriteLine($"all have answered after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:0.00} s");
        foreach (var session in open)
        {
            session.Close("client");
        }

        await Eventually.True(() => host.Silos.All(silo => host.Get<LocalSessions>(silo).Count == 0), "no session is left");
    }
}
