namespace Conversation.Core;

/// <summary>A session whose options can change while it lives. A session and the wrappers around it are all of this kind, so they nest in any order.</summary>
public interface IConfigurableCore : ISessionCore
{
    /// <summary>Takes other options from the next turn on, and <see cref="Turns.TurnOptions.Interrupt"/> from the next speech on; throws <see cref="ArgumentException"/> listing every fault in them.</summary>
    void Configure(CoreOptions options);
}
