using Conversation.Conformance;

namespace Conversation.Grains.Tests.Conformance;

/// <summary>Two silos: the suite that the standalone host passes, as it stands.</summary>
public sealed class ClusterConformance : SessionConformance
{
    protected override async Task<IConformanceHost> StartAsync(ConformanceSetup setup) => await ClusterHost.StartAsync(setup, losesSilos: true);
}
