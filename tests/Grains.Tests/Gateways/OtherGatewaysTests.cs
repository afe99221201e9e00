using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Grains.Board;
using Conversation.Grains.Tests.Conformance;
using Conversation.Sessions;

namespace Conversation.Grains.Tests.Gateways;

/// <summary>Where else a session can be resumed is told as it changes, to those who are connected already too.</summary>
public sealed class OtherGatewaysTests
{
    [Fact]
    public async Task One_that_comes_and_goes_is_told_to_a_call_in_progress()
    {
        await using var host = await ClusterHost.StartAsync(ConformanceSetup.Default);
        var call = await Caller.OpenAsync(host.Gateway(0));
        Assert.Empty(call.Opened.Gateways);

        var other = host.Get<SiloBoard>(host.Silos[1]);
        other.Describe(card => card with { Http = "https://two.example" });
        Assert.Equal(["https://two.example"], (await call.Client.NextAsync<SessionEvent.GatewaysChanged>()).Gateways);
        Assert.Equal(["https://two.example"], (await Caller.OpenAsync(host.Gateway(0))).Opened.Gateways);

        other.Describe(card => card with { Draining = true });
        Assert.Empty((await call.Client.NextAsync<SessionEvent.GatewaysChanged>()).Gateways);
    }
}
