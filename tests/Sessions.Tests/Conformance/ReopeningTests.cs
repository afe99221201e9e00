using Conversation.Conformance;
using Conversation.Conformance.Client;

namespace Conversation.Sessions.Tests.Conformance;

/// <summary>A session that is brought back from the store.</summary>
public sealed class ReopeningTests
{
    [Fact]
    public async Task Reopened_by_two_at_once_it_is_one_session()
    {
        await using var host = new InProcessHost(ConformanceSetup.Default);
        var call = await Caller.OpenAsync(host.Gateway(0));
        Assert.Null(call.Session.Type("one"));
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        await host.LoseHostOfAsync(call.Id);

        var loading = host.Store[call.Id].Loading;
        loading.Hold();
        var first = call.ResumeAsync(host.Gateway(0));
        var second = call.ResumeAsync(host.Gateway(0));
        await loading.ArrivedAsync();
        loading.Release();
        var both = await Task.WhenAll(first, second);
        Assert.Single(both, back => back.Opened.Restored);
        Assert.Single(both, back => back.Opened.Resumed);
    }
}
