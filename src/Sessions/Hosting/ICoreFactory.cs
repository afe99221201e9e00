using Conversation.Core;

namespace Conversation.Sessions.Hosting;

/// <summary>Makes the state machine of a session from a client's settings.</summary>
internal interface ICoreFactory
{
    /// <summary>A core for a new or restored session that has <paramref name="turns"/> turns behind it.</summary>
    ISessionCore Create(string session, SessionSettings settings, int turns);

    /// <summary>Applies changed settings from the next turn on.</summary>
    void Configure(ISessionCore core, SessionSettings settings);
}
