using Conversation.Conformance;

namespace Conversation.Sessions.Tests.Conformance;

/// <summary>The standalone host.</summary>
public sealed class InProcessConformance : SessionConformance
{
    protected override Task<IConformanceHost> StartAsync(ConformanceSetup setup) => Task.FromResult<IConformanceHost>(new InProcessHost(setup));
}
