namespace Conversation.Sessions;

/// <summary>Whether the host can take a call yet. What <c>GET /health/ready</c> asks.</summary>
public interface IReadiness
{
    /// <summary>What is still missing, in words ("recognition: warming up"); empty when calls can be taken. Cheap, from any thread.</summary>
    IReadOnlyList<string> Pending { get; }

    /// <summary>What does not work as it was set up though calls can be taken, in words; empty where all is well. Cheap, from any thread.</summary>
    IReadOnlyList<string> Degraded => [];
}
