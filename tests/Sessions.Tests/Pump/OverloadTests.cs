using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Sessions.Tests.Pump;

/// <summary>A session that cannot keep up with what comes.</summary>
public sealed class OverloadTests
{
    private const int MoreThanWait = 5_000;

    [Fact]
    public async Task It_is_closed_with_a_word_where_its_inputs_are_handled_and_nowhere_else()
    {
        using var goOn = new ManualResetEventSlim();
        using var inside = new ManualResetEventSlim();
        var fakes = new FakeEngines();
        var engines = fakes.ForHost() with
        {
            Handled = (_, _) =>
            {
                inside.Set();
                goOn.Wait(Patience.Long);
            },
        };
        using var pacing = engines.Pacing;
        await using var writer = new TranscriptWriter(new InMemorySessionStore(), engines.Time, engines.Metrics, NullLogger<TranscriptWriter>.Instance);
        var tenants = new TenantBook(new TenantDirectory(ConformanceSetup.Default.Tenants), engines.Time);
        var sessions = new InProcessSessions(fakes.Factory(engines, ConformanceSetup.Default.Sessions), tenants, new InMemorySessionStore(), writer, NullLogger<InProcessSessions>.Instance);
        var call = await Caller.OpenAsync(sessions);
        call.Wait(TimeSpan.FromMilliseconds(200));
        Assert.True(inside.Wait(Patience.Long));
        for (var n = 0; n < MoreThanWait; n++)
        {
            Assert.Null(call.Session.Type("one"));
        }

        Assert.Empty(call.Client.All<SessionEvent.Closed>());
        goOn.Set();
        Assert.Equal("overloaded", (await call.Client.NextAsync<SessionEvent.Closed>()).Reason);
        Assert.Equal("session_overloaded", Assert.Single(call.Client.All<SessionEvent.Error>()).Code);
    }
}
