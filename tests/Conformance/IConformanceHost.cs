using Conversation.Conformance.Engines;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Tenants;

namespace Conversation.Conformance;

/// <summary>How the host under test is to be set up.</summary>
public sealed record ConformanceSetup
{
    public static ConformanceSetup Default { get; } = new();

    public SessionHostOptions Sessions { get; init; } = new() { Responder = "echo", MaxSessions = 500 };

    public IReadOnlyDictionary<string, TenantOptions> Tenants { get; init; } = new Dictionary<string, TenantOptions>
    {
        ["small"] = new() { Key = "secret", MaxSessions = 1, Settings = new() { Responder = "flow" } },
    };
}

/// <summary>Hosts sessions for the suite: one process, or several silos.</summary>
public interface IConformanceHost : IAsyncDisposable
{
    /// <summary>What runs behind all of it.</summary>
    FakeEngines Engines { get; }

    /// <summary>What its sessions are kept in.</summary>
    ScriptedStore Store { get; }

    /// <summary>Processes that hold sessions.</summary>
    int Processes { get; }

    /// <summary>One way in of several; where there is one, always the same.</summary>
    ISessions Gateway(int n);

    /// <summary>Whatever holds the session goes down at once, saying nothing, and comes back. The storage is kept; gateways are to be asked for anew.</summary>
    Task LoseHostOfAsync(string session);
}
