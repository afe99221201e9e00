using Conversation.Sessions;

namespace Conversation.Silo.Hosting;

/// <summary>Whether this silo is in the cluster and stays there. <c>/health</c> asks it: a load balancer sends callers elsewhere while it joins or drains.</summary>
internal sealed class SiloState : IReadiness
{
    private static readonly string[] Joining = ["silo: joining the cluster"];
    private static readonly string[] Leaving = ["silo: draining"];
    private volatile bool joined;
    private volatile bool draining;

    public IReadOnlyList<string> Pending => draining ? Leaving : joined ? [] : Joining;

    /// <summary>True once it was told to stop.</summary>
    public bool Draining => draining;

    /// <summary>It has joined.</summary>
    public void Joined() => joined = true;

    /// <summary>It was told to stop.</summary>
    public void Drain() => draining = true;
}
