namespace Conversation.Grains.Composition;

/// <summary>Moves the live sessions of this silo to others. Called once, by the silo that was told to stop, while everything in it still works.</summary>
internal interface ISessionDrain
{
    /// <summary>
    /// Takes and places nothing new here from now on, and returns when each session has moved or <paramref name="within"/> has passed.
    /// What has not moved by then, or when <paramref name="cancellation"/> comes, is stored as it is and restored elsewhere.
    /// </summary>
    Task DrainAsync(TimeSpan within, CancellationToken cancellation);
}
